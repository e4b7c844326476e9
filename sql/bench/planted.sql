-- What was planted among the month's dossiers, and what anyone comparing row by row must find.
-- No parameters; reads told. The columns compared are those of bench/peers/join; of submitted_at, supplement_completed_at
-- and extension_count both sides always tell the same.
-- Columns: plant, dossiers, differing_rows, differing_cells (of the same code on both sides).
WITH counted_rows AS (
    SELECT
        plant,
        has_shop
        AND has_portal
        AND code_shop = code_portal AS is_pair,
        CAST(status_shop IS DISTINCT FROM status_portal AS INTEGER)
        + CAST(procedure_code_shop IS DISTINCT FROM procedure_code_portal AS INTEGER)
        + CAST(agency_final_shop IS DISTINCT FROM agency_final_portal AS INTEGER)
        + CAST(received_at_shop IS DISTINCT FROM received_at_portal AS INTEGER)
        + CAST(due_at_shop IS DISTINCT FROM due_at_portal AS INTEGER)
        + CAST(finished_at_shop IS DISTINCT FROM finished_at_portal AS INTEGER)
        + CAST(returned_at_shop IS DISTINCT FROM returned_at_portal AS INTEGER)
        + CAST(step_at_shop IS DISTINCT FROM step_at_portal AS INTEGER)
        + CAST(supplement_count_shop IS DISTINCT FROM supplement_count_portal AS INTEGER)
        + CAST(requested_at_shop IS DISTINCT FROM requested_at_portal AS INTEGER)
        + CAST(channel_shop IS DISTINCT FROM channel_portal AS INTEGER)
        + CAST(online_payment_shop IS DISTINCT FROM online_payment_portal AS INTEGER)
        + CAST(fee_total_shop IS DISTINCT FROM fee_total_portal AS INTEGER)
        + CAST(has_result_shop IS DISTINCT FROM has_result_portal AS INTEGER) AS cells
    FROM told
)

SELECT
    plant,
    COUNT(*) AS dossiers,
    COUNT(CASE WHEN is_pair AND cells > 0 THEN 1 END) AS differing_rows,
    CAST(COALESCE(SUM(CASE WHEN is_pair THEN cells END), 0) AS BIGINT) AS differing_cells
FROM counted_rows
GROUP BY plant
ORDER BY plant

-- One row per side and key: of repeated rows the one that changed last, chosen by content, never by file or position
-- (as reconciliation/matching/chosen_rows does).
-- No parameters; reads both_sides, repeated_keys. Columns: those of both_sides.
CREATE OR REPLACE TEMP VIEW single_rows AS
WITH ranked_rows AS (
    SELECT
        both_sides.*,
        ROW_NUMBER() OVER (
            PARTITION BY both_sides.side, both_sides.dossier_code
            ORDER BY
                COALESCE(
                    both_sides.step_at,
                    CASE
                        WHEN both_sides.status = 1 THEN both_sides.submitted_at
                        WHEN both_sides.status IN (2, 6) THEN both_sides.received_at
                        WHEN both_sides.status = 4
                            THEN COALESCE(both_sides.supplement_completed_at, both_sides.received_at)
                        WHEN both_sides.status = 5
                            THEN COALESCE(both_sides.supplement_requested_at, both_sides.received_at)
                        WHEN both_sides.status = 3 THEN COALESCE(both_sides.finished_at, both_sides.submitted_at)
                        WHEN both_sides.status IN (7, 8, 9)
                            THEN COALESCE(both_sides.finished_at, both_sides.returned_at)
                        WHEN both_sides.status = 10 THEN COALESCE(both_sides.returned_at, both_sides.finished_at)
                    END
                ) DESC NULLS LAST,
                both_sides.status DESC,
                both_sides.agency_final,
                both_sides.agency_code,
                both_sides.procedure_code,
                both_sides.received_at,
                both_sides.submitted_at,
                both_sides.due_at,
                both_sides.finished_at,
                both_sides.returned_at,
                both_sides.supplement_count,
                both_sides.supplement_requested_at,
                both_sides.supplement_completed_at,
                both_sides.first_supplement_completed_at,
                both_sides.extension_count,
                both_sides.channel,
                both_sides.online_payment,
                both_sides.fee_total,
                both_sides.has_result,
                both_sides.has_result_code,
                both_sides.is_digitised,
                both_sides.has_digitised_part,
                both_sides.from_personal_store,
                both_sides.is_vneid
        ) AS place
    FROM both_sides
    INNER JOIN repeated_keys
        ON
            both_sides.side = repeated_keys.side
            AND both_sides.dossier_code = repeated_keys.dossier_code
)

SELECT both_sides.*
FROM both_sides
ANTI JOIN repeated_keys
    ON
        both_sides.side = repeated_keys.side
        AND both_sides.dossier_code = repeated_keys.dossier_code
UNION ALL
SELECT * EXCLUDE (place)
FROM ranked_rows
WHERE place = 1

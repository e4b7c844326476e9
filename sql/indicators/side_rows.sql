-- One row per side and dossier, as narrow as the indicators need it.
-- Of repeated rows the one that changed last stands for the dossier, chosen by content (as in
-- reconciliation/matching/chosen_rows). A portal's row that the night paired under another code goes under the shop's
-- code. A row of the portal alone that belongs to another province is left out.
-- Parameters: :province_roots; reads shop_dossiers, portal_dossiers (snapshots), pairs (of the night), procedures.
-- Columns: side, dossier_code, agency_code (final; of a portal's row that names none the shop's), the columns of the clocks, submitted_at, channel, online_payment,
-- fee_total, has_result, has_result_code, is_reused, is_stored, is_vneid, returns_document, limit_amount, limit_unit
-- (of the shop's procedure, else of the portal's); instants are local.
CREATE OR REPLACE TEMP TABLE side_rows AS
WITH both_sides AS (
    SELECT
        *,
        'shop' AS side
    FROM shop_dossiers
    UNION ALL BY NAME
    SELECT
        *,
        'portal' AS side
    FROM portal_dossiers
),

repeated_keys AS (
    SELECT
        side,
        dossier_code
    FROM both_sides
    GROUP BY
        side,
        dossier_code
    HAVING COUNT(*) > 1
),

ranked_rows AS (
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
),

single_rows AS (
    SELECT both_sides.*
    FROM both_sides
    ANTI JOIN repeated_keys
        ON
            both_sides.side = repeated_keys.side
            AND both_sides.dossier_code = repeated_keys.dossier_code
    UNION ALL BY NAME
    SELECT * EXCLUDE (place)
    FROM ranked_rows
    WHERE place = 1
),

paired_keys AS (
    SELECT
        portal_key,
        dossier_code
    FROM pairs
    WHERE shop_key <> portal_key
),

keyed_rows AS (
    SELECT
        single_rows.* EXCLUDE (dossier_code),
        COALESCE(paired_keys.dossier_code, single_rows.dossier_code) AS dossier_code
    FROM single_rows
    LEFT JOIN paired_keys
        ON
            single_rows.side = 'portal'
            AND single_rows.dossier_code = paired_keys.portal_key
),

shop_keys AS (
    SELECT
        dossier_code,
        procedure_code,
        COALESCE(agency_final, agency_code) AS agency_code
    FROM keyed_rows
    WHERE side = 'shop'
)

SELECT
    keyed_rows.side,
    keyed_rows.dossier_code,
    COALESCE(keyed_rows.agency_final, keyed_rows.agency_code, shop_keys.agency_code) AS agency_code,
    keyed_rows.status,
    local_time(keyed_rows.received_at) AS received_at,
    local_time(keyed_rows.submitted_at) AS submitted_at,
    local_time(keyed_rows.due_at) AS due_at,
    local_time(COALESCE(keyed_rows.finished_at, keyed_rows.returned_at)) AS end_at,
    keyed_rows.extension_count,
    keyed_rows.supplement_count,
    CASE
        WHEN NOT COALESCE(
            keyed_rows.supplement_requested_at < keyed_rows.received_at
            OR keyed_rows.supplement_completed_at < keyed_rows.supplement_requested_at,
            FALSE
        )
            THEN local_time(keyed_rows.supplement_requested_at)
    END AS requested_at,
    CASE
        WHEN NOT COALESCE(
            keyed_rows.supplement_requested_at < keyed_rows.received_at
            OR keyed_rows.supplement_completed_at < keyed_rows.supplement_requested_at,
            FALSE
        )
            THEN local_time(keyed_rows.supplement_completed_at)
    END AS completed_at,
    keyed_rows.channel,
    keyed_rows.online_payment,
    keyed_rows.fee_total,
    COALESCE(keyed_rows.has_result, FALSE) AS has_result,
    COALESCE(keyed_rows.has_result_code, FALSE) AS has_result_code,
    COALESCE(keyed_rows.is_digitised, FALSE) OR COALESCE(keyed_rows.has_digitised_part, FALSE) AS is_reused,
    COALESCE(keyed_rows.from_personal_store, FALSE) AS is_stored,
    COALESCE(keyed_rows.is_vneid, FALSE) AS is_vneid,
    COALESCE(procedures.returns_document, TRUE) AS returns_document,
    procedures.limit_amount,
    CASE WHEN procedures.limit_amount IS NOT NULL THEN procedures.limit_unit END AS limit_unit
FROM keyed_rows
LEFT JOIN shop_keys ON keyed_rows.dossier_code = shop_keys.dossier_code
LEFT JOIN procedures ON COALESCE(shop_keys.procedure_code, keyed_rows.procedure_code) = procedures.national_code
WHERE
    keyed_rows.side = 'shop'
    OR shop_keys.dossier_code IS NOT NULL
    OR keyed_rows.agency_code IS NULL
    OR LIST_CONTAINS(CAST(:province_roots AS VARCHAR[]), SPLIT_PART(keyed_rows.agency_code, '.', 1))

-- The row of each side that counts for a dossier, with what the other side adds. A view, so that every query reads its
-- own columns only. A portal's row that the night paired under another code goes under the shop's code.
-- No parameters; reads single_rows, pairs (of the night).
-- Columns: those of single_rows, counting_agency (final; of a portal's row that names none the shop's),
-- limiting_procedure (the shop's, else the portal's), is_lone_portal (a portal's row the shop has no row of), requested_at,
-- completed_at (local; the last supplement, NULL where its dates contradict each other or the reception).
CREATE OR REPLACE TEMP VIEW counted_rows AS
WITH paired_keys AS (
    SELECT
        portal_key,
        dossier_code
    FROM pairs
    WHERE shop_key <> portal_key
),

portal_rows AS (
    SELECT
        single_rows.* EXCLUDE (dossier_code),
        COALESCE(paired_keys.dossier_code, single_rows.dossier_code) AS dossier_code
    FROM single_rows
    LEFT JOIN paired_keys ON single_rows.dossier_code = paired_keys.portal_key
    WHERE single_rows.side = 'portal'
),

shop_keys AS (
    SELECT
        dossier_code,
        procedure_code,
        COALESCE(agency_final, agency_code) AS agency_code
    FROM single_rows
    WHERE side = 'shop'
),

unmapped_keys AS (
    SELECT
        portal_rows.dossier_code,
        portal_rows.procedure_code
    FROM shop_keys
    INNER JOIN portal_rows ON shop_keys.dossier_code = portal_rows.dossier_code
    WHERE shop_keys.procedure_code IS NULL
),

united_rows AS (
    SELECT
        single_rows.*,
        COALESCE(single_rows.procedure_code, unmapped_keys.procedure_code) AS limiting_procedure,
        COALESCE(single_rows.agency_final, single_rows.agency_code) AS counting_agency,
        FALSE AS is_lone_portal
    FROM single_rows
    LEFT JOIN unmapped_keys ON single_rows.dossier_code = unmapped_keys.dossier_code
    WHERE single_rows.side = 'shop'
    UNION ALL BY NAME
    SELECT
        portal_rows.*,
        COALESCE(shop_keys.procedure_code, portal_rows.procedure_code) AS limiting_procedure,
        COALESCE(portal_rows.agency_final, portal_rows.agency_code, shop_keys.agency_code) AS counting_agency,
        shop_keys.dossier_code IS NULL AS is_lone_portal
    FROM portal_rows
    LEFT JOIN shop_keys ON portal_rows.dossier_code = shop_keys.dossier_code
),

told_rows AS (
    SELECT
        *,
        NOT COALESCE(
            supplement_requested_at < received_at
            OR supplement_completed_at < supplement_requested_at,
            FALSE
        ) AS is_supplement_right
    FROM united_rows
)

SELECT
    * EXCLUDE (is_supplement_right),
    CASE WHEN is_supplement_right THEN local_time(supplement_requested_at) END AS requested_at,
    CASE WHEN is_supplement_right THEN local_time(supplement_completed_at) END AS completed_at
FROM told_rows

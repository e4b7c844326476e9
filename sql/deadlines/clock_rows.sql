-- What the clocks are fed with for dossiers they disagree about: of each side its row, where there is one that counts.
-- A table: few rows of large snapshots, asked several times.
-- No parameters; reads chosen (dossier_code, shop_key, portal_key), shop_rows, portal_rows (snapshots), procedures.
-- Columns: those of lateness/clock_rows.
CREATE OR REPLACE TEMP TABLE clock_rows AS
WITH both_rows AS (
    SELECT
        chosen.dossier_code,
        'shop' AS fed_by,
        shop_rows.* EXCLUDE (dossier_code)
    FROM chosen
    INNER JOIN shop_rows ON chosen.shop_key = shop_rows.dossier_code
    UNION ALL BY NAME
    SELECT
        chosen.dossier_code,
        'portal' AS fed_by,
        portal_rows.* EXCLUDE (dossier_code)
    FROM chosen
    INNER JOIN portal_rows ON chosen.portal_key = portal_rows.dossier_code
),

single_rows AS (
    SELECT
        *,
        COALESCE(
            supplement_requested_at < received_at OR supplement_completed_at < supplement_requested_at, FALSE
        ) AS is_ignored,
        COALESCE(supplement_count, 0) AS supplements
    FROM both_rows
    QUALIFY ROW_NUMBER() OVER (PARTITION BY dossier_code, fed_by ORDER BY source_file, source_row) = 1
),

limiting AS (
    SELECT
        dossier_code,
        ARG_MAX(procedure_code, fed_by) AS procedure_code -- the shop's, else the portal's
    FROM single_rows
    WHERE procedure_code IS NOT NULL
    GROUP BY dossier_code
)

SELECT
    single_rows.dossier_code,
    single_rows.fed_by,
    single_rows.status,
    local_time(single_rows.received_at) AS received_at,
    local_time(single_rows.due_at) AS due_at,
    local_time(COALESCE(single_rows.finished_at, single_rows.returned_at)) AS end_at,
    COALESCE(single_rows.extension_count, 0) AS extension_count,
    single_rows.supplements AS supplement_count,
    CASE WHEN NOT single_rows.is_ignored THEN local_time(single_rows.supplement_requested_at) END AS requested_at,
    CASE WHEN NOT single_rows.is_ignored THEN local_time(single_rows.supplement_completed_at) END AS completed_at,
    local_time(
        CASE
            WHEN single_rows.supplements > 1 THEN single_rows.first_supplement_completed_at
            WHEN NOT single_rows.is_ignored THEN single_rows.supplement_completed_at
        END
    ) AS reset_at,
    procedures.limit_amount,
    CASE WHEN procedures.limit_amount IS NOT NULL THEN procedures.limit_unit END AS limit_unit,
    local_time(single_rows.step_at) AS step_at,
    COALESCE(procedures.excludes_payment_wait, FALSE) AS excludes_payment_wait,
    COALESCE(procedures.late_starts_next_day, FALSE) AS late_starts_next_day
FROM single_rows
LEFT JOIN limiting ON single_rows.dossier_code = limiting.dossier_code
LEFT JOIN procedures ON limiting.procedure_code = procedures.national_code

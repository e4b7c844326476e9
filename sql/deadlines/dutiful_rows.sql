-- The shop's rows for which a date around the term is told, one per dossier; a dossier nothing is known about is left out.
-- No parameters; reads shop_rows (the snapshot), unknown, legal_periods.
-- Columns: dossier_code, agency_code (final), procedure_code, submitted_at, received_at, requested_at (local; the last
-- request, NULL where it came before reception: at intake no clock runs yet), supplement_count, is_online,
-- intake_hours, notice_days (of the day of reception).
CREATE OR REPLACE TEMP TABLE dutiful_rows AS
WITH told_rows AS (
    SELECT
        shop_rows.dossier_code,
        COALESCE(shop_rows.agency_final, shop_rows.agency_code) AS agency_code,
        COALESCE(shop_rows.procedure_code, shop_rows.procedure_raw) AS procedure_code,
        local_time(shop_rows.submitted_at) AS submitted_at,
        local_time(shop_rows.received_at) AS received_at,
        local_time(shop_rows.supplement_requested_at) AS requested_at,
        COALESCE(shop_rows.supplement_count, 0) AS supplement_count,
        COALESCE(shop_rows.channel = 2, FALSE) AS is_online
    FROM shop_rows
    WHERE
        shop_rows.received_at IS NOT NULL
        AND (shop_rows.channel = 2 OR shop_rows.supplement_count > 0 OR shop_rows.supplement_requested_at IS NOT NULL)
)

SELECT DISTINCT
    told_rows.* REPLACE (
        CASE WHEN told_rows.requested_at >= told_rows.received_at THEN told_rows.requested_at END AS requested_at
    ),
    legal_periods.intake_hours,
    legal_periods.notice_days
FROM told_rows
ANTI JOIN unknown ON told_rows.dossier_code = unknown.dossier_code
INNER JOIN legal_periods ON CAST(told_rows.received_at AS DATE) BETWEEN legal_periods.begins_on AND legal_periods.ends_on

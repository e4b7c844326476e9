-- Which dossier each side counts for which agency and measure in a period, by the portal's own definitions:
-- received = handled in the period (QĐ 766, 2.1); on_time = of these in time by the portal's clock at the period's end;
-- overdue = the others, still open ones included; synced = NgayTiepNhan in the period and known nationally (1.4);
-- online = NgayTiepNhan in the period and KenhThucHien = 2 (3.3); paid_online = NgayTiepNhan in the period,
-- DuocThanhToanTrucTuyen 1 or 2, without those that cost nothing (3.6).
-- Parameters: :province_code; reads period_rows, clocks, agency_units (agency_code, unit_code).
-- Columns: side, dossier_code, unit_code (published unit, and again the province), measure, is_alone.
CREATE TEMP TABLE members AS
WITH judged_rows AS (
    SELECT
        period_rows.*,
        agency_units.unit_code,
        COALESCE(clocks.portal = 'on_time', FALSE) AS is_on_time,
        period_rows.side = 'portal' OR NOT period_rows.is_alone AS is_known_nationally
    FROM period_rows
    INNER JOIN clocks
        ON
            period_rows.dossier_code = clocks.dossier_code
            AND period_rows.side = clocks.fed_by
    LEFT JOIN agency_units ON period_rows.agency_code = agency_units.agency_code
),

measured_rows AS (
    SELECT
        side,
        dossier_code,
        is_alone,
        unit_code,
        UNNEST([
            'received',
            CASE WHEN is_on_time THEN 'on_time' ELSE 'overdue' END,
            CASE WHEN is_received AND is_known_nationally THEN 'synced' END,
            CASE WHEN is_received AND channel = 2 THEN 'online' END,
            CASE WHEN is_received AND online_payment IN (1, 2) AND COALESCE(fee_total, 1) <> 0 THEN 'paid_online' END
        ]) AS measure
    FROM judged_rows
)

SELECT
    side,
    dossier_code,
    unit_code,
    measure,
    is_alone
FROM measured_rows
WHERE
    measure IS NOT NULL
    AND unit_code IS NOT NULL
UNION ALL
SELECT
    side,
    dossier_code,
    CAST(:province_code AS VARCHAR) AS unit_code,
    measure,
    is_alone
FROM measured_rows
WHERE measure IS NOT NULL

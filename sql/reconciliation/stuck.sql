-- Hồ sơ treo: waiting for a supplement or a payment for longer than allowed (NĐ 118/2025 Điều 19.5: the term rolls
-- to a working day), or in processing long past the appointment.
-- Parameters: :as_of (local), :last_working_day, :stuck_days, :stuck_past_due_days; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE status_shop WHEN 5 THEN 'supplement' WHEN 6 THEN 'payment' ELSE 'processing' END AS subtype,
    'TrangThaiHoSo' AS field,
    CAST(status_shop AS VARCHAR) AS value_shop,
    CAST(NULL AS VARCHAR) AS value_portal
FROM pairs
WHERE
    (
        status_shop = 5
        AND CAST(COALESCE(requested_at_shop, step_at_shop) AS DATE)
        <= CAST(:last_working_day AS DATE) - CAST(:stuck_days AS INTEGER)
    )
    OR (
        status_shop = 6
        AND CAST(COALESCE(step_at_shop, received_at_shop) AS DATE)
        <= CAST(:last_working_day AS DATE) - CAST(:stuck_days AS INTEGER)
    )
    OR (
        status_shop = 4
        AND CAST(CAST(:as_of AS TIMESTAMP) AS DATE) - CAST(due_at_shop AS DATE) > CAST(:stuck_past_due_days AS INTEGER)
    )

-- Chậm tiếp nhận: submitted and not received within the working hours allowed (NĐ 118/2025 Điều 17.2c: 08 giờ làm
-- việc).
-- Parameters: :intake_border (local); reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'NgayNopHoSo' AS field,
    REPLACE(CAST(submitted_at_shop AS VARCHAR), ' ', 'T') || '+07:00' AS value_shop,
    CAST(NULL AS VARCHAR) AS value_portal
FROM pairs
WHERE
    status_shop = 1
    AND submitted_at_shop < CAST(:intake_border AS TIMESTAMP)

-- Hẹn lại quá 01 lần (NĐ 118/2025 Điều 19.6): the shop re-appointed more often than allowed.
-- Parameters: :max_extensions; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'SoLanGiaHan' AS field,
    CAST(extension_count_shop AS VARCHAR) AS value_shop,
    CAST(NULL AS VARCHAR) AS value_portal
FROM pairs
WHERE
    extension_count_shop > CAST(:max_extensions AS INTEGER)

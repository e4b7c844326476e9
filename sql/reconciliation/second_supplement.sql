-- Bổ sung quá 01 lần (NĐ 118/2025 Điều 11.2c): the shop asked for more supplements than allowed.
-- Parameters: :max_supplements; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'SoLanBoSung' AS field,
    CAST(supplement_count_shop AS VARCHAR) AS value_shop,
    CAST(NULL AS VARCHAR) AS value_portal
FROM pairs
WHERE
    supplement_count_shop > CAST(:max_supplements AS INTEGER)

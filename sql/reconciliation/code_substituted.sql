-- Mã hồ sơ thay thế: the same dossier stands under another code on the portal; the subtype names the field
-- that tells.
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    crosswalk_field AS subtype,
    'MaHoSo' AS field,
    shop_key AS value_shop,
    portal_key AS value_portal
FROM pairs
WHERE
    crosswalk_field IS NOT NULL

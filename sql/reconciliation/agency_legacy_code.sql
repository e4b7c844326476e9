-- Mã cơ quan cũ: the agency's code had ended before the row's reference day, on either side; once per dossier.
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'MaCoQuan' AS field,
    agency_code_shop AS value_shop,
    agency_code_portal AS value_portal
FROM pairs
WHERE
    agency_ended_shop
    OR agency_ended_portal

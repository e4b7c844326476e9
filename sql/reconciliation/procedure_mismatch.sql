-- Lệch mã TTHC: both codes map to living national procedures, and these differ.
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'MaTTHC' AS field,
    procedure_code_shop AS value_shop,
    procedure_code_portal AS value_portal
FROM pairs
WHERE
    procedure_code_shop <> procedure_code_portal
    AND procedure_issue_shop IS NULL
    AND procedure_issue_portal IS NULL

-- Mã TTHC chưa ánh xạ: a row (the shop's first, then the portal's) maps to no national procedure, or to one that had
-- ended. Subtype: the reason of the first such row.
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    COALESCE(procedure_issue_shop, procedure_issue_portal) AS subtype,
    'MaTTHC' AS field,
    procedure_raw_shop AS value_shop,
    procedure_raw_portal AS value_portal
FROM pairs
WHERE
    procedure_issue_shop IS NOT NULL
    OR procedure_issue_portal IS NOT NULL

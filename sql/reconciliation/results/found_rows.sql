-- What one kind finds; a text a spreadsheet would run as a formula gets a leading apostrophe.
-- Parameters: :kind; reads kind_rows (the answer of reconciliation/<kind>).
-- Columns: kind, dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    CAST(:kind AS VARCHAR) AS kind,
    dossier_code,
    agency_code,
    procedure_code,
    subtype,
    field,
    CASE
        WHEN LEFT(value_shop, 1) IN ('=', '+', '-', '@', CHR(9), CHR(13)) THEN '''' || value_shop
        ELSE value_shop
    END AS value_shop,
    CASE
        WHEN LEFT(value_portal, 1) IN ('=', '+', '-', '@', CHR(9), CHR(13)) THEN '''' || value_portal
        ELSE value_portal
    END AS value_portal
FROM kind_rows

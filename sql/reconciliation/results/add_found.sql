-- Adds the rows of one kind; a text a spreadsheet would run as a formula gets a leading apostrophe.
-- Parameters: :kind; reads found_rows (the answer of reconciliation/<kind>).
INSERT INTO found
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
FROM found_rows

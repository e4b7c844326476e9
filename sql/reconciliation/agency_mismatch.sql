-- Lệch cơ quan: the agencies at the end of the chains of successors differ.
-- Subtypes: unknown_agency (a canonical code is not in the table), parent (one is a dotted prefix of the other).
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE
        WHEN NOT agency_known_shop OR NOT agency_known_portal THEN 'unknown_agency'
        WHEN STARTS_WITH(agency_final_shop, agency_final_portal || '.') THEN 'parent'
        WHEN STARTS_WITH(agency_final_portal, agency_final_shop || '.') THEN 'parent'
        ELSE ''
    END AS subtype,
    'MaCoQuan' AS field,
    agency_code_shop AS value_shop,
    agency_code_portal AS value_portal
FROM pairs
WHERE agency_final_shop <> agency_final_portal

-- Local procedure codes the shop uses and that no crosswalk, table or stem leads to a national code.
-- No parameters. Columns: as every query of this folder that finds.
SELECT
    'unmapped_code' AS subtype,
    'MaTTHC' AS field,
    sort,
    code AS procedure_code,
    CAST(NULL AS VARCHAR) AS agency_code,
    name,
    sector,
    code AS value_shop,
    CAST(NULL AS VARCHAR) AS value_portal,
    CAST(NULL AS BIGINT) AS dossiers
FROM sides
WHERE
    side = 'shop'
    AND sort = 'procedure'
    AND in_force
    AND key IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY code ORDER BY name NULLS LAST) = 1

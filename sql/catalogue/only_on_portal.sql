-- What the portal has in force for this province and the shop's catalogue has not: the entry itself, or its online
-- service alone. Sectors are the whole country's list and therefore never missing in a shop.
-- Parameters: shop_whole (sorts whose list in the shop was read to its end), portal_nationwide, province_roots.
-- Columns: as every query of this folder that finds.
WITH alone AS (
    SELECT p.*
    FROM sides AS p
    LEFT JOIN sides AS s
        ON
            s.side = 'shop'
            AND p.sort = s.sort
            AND p.key = s.key
    WHERE
        p.side = 'portal'
        AND p.in_force
        AND p.key IS NOT NULL
        AND s.key IS NULL
        AND LIST_CONTAINS(CAST(:shop_whole AS VARCHAR[]), p.sort)
        AND CASE p.sort
            WHEN 'procedure' THEN NOT CAST(:portal_nationwide AS BOOLEAN)
            WHEN 'agency' THEN LIST_CONTAINS(CAST(:province_roots AS VARCHAR[]), SPLIT_PART(p.key, '.', 1))
            ELSE FALSE
        END
),

services AS (
    SELECT
        s.*,
        p.level AS level_portal
    FROM sides AS s
    INNER JOIN sides AS p
        ON
            p.side = 'portal'
            AND s.sort = p.sort
            AND s.key = p.key
    WHERE
        s.side = 'shop'
        AND s.sort = 'procedure'
        AND s.in_force
        AND p.in_force
        AND s.level = 'khong'
        AND p.level <> 'khong'
)

SELECT
    'only_on_portal' AS subtype,
    CASE WHEN sort = 'agency' THEN 'MaCoQuan' ELSE 'MaTTHC' END AS field,
    sort,
    CASE WHEN sort <> 'agency' THEN key END AS procedure_code,
    CASE WHEN sort = 'agency' THEN key END AS agency_code,
    name,
    sector,
    CAST(NULL AS VARCHAR) AS value_shop,
    code AS value_portal,
    CAST(NULL AS BIGINT) AS dossiers
FROM alone
UNION ALL
SELECT
    'only_on_portal' AS subtype,
    'level' AS field,
    sort,
    key AS procedure_code,
    CAST(NULL AS VARCHAR) AS agency_code,
    name,
    sector,
    level AS value_shop,
    level_portal AS value_portal,
    CAST(NULL AS BIGINT) AS dossiers
FROM services
QUALIFY ROW_NUMBER() OVER (PARTITION BY key ORDER BY code, name NULLS LAST) = 1

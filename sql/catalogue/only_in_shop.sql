-- What the shop has in force and the portal's catalogue has not: the entry itself, or its online service alone.
-- Agencies below the level the portal lists are internal; an ended procedure is `expired_in_use`.
-- Parameters: portal_whole (sorts whose list on the portal was read to its end).
-- Columns: as every query of this folder that finds.
WITH portal_depth AS (
    SELECT MAX(LENGTH(key) - LENGTH(REPLACE(key, '.', ''))) AS depth
    FROM sides
    WHERE
        side = 'portal'
        AND sort = 'agency'
),

alone AS (
    SELECT s.*
    FROM sides AS s
    LEFT JOIN sides AS p
        ON
            p.side = 'portal'
            AND s.sort = p.sort
            AND s.key = p.key
    LEFT JOIN endings AS e
        ON
            s.sort = 'procedure'
            AND s.key = e.key
    WHERE
        s.side = 'shop'
        AND s.in_force
        AND s.key IS NOT NULL
        AND p.key IS NULL
        AND e.key IS NULL
        AND LIST_CONTAINS(CAST(:portal_whole AS VARCHAR[]), s.sort)
        AND (
            s.sort <> 'agency'
            OR LENGTH(s.key) - LENGTH(REPLACE(s.key, '.', '')) <= (SELECT depth FROM portal_depth)
        )
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
        AND s.level <> 'khong'
        AND p.level = 'khong'
)

SELECT
    'only_in_shop' AS subtype,
    CASE sort
        WHEN 'agency' THEN 'MaCoQuan'
        WHEN 'sector' THEN 'MaLinhVuc'
        ELSE 'MaTTHC'
    END AS field,
    sort,
    CASE WHEN sort <> 'agency' THEN key END AS procedure_code,
    CASE WHEN sort = 'agency' THEN key END AS agency_code,
    name,
    sector,
    code AS value_shop,
    CAST(NULL AS VARCHAR) AS value_portal,
    CAST(NULL AS BIGINT) AS dossiers
FROM alone
QUALIFY ROW_NUMBER() OVER (PARTITION BY sort, key ORDER BY code, name NULLS LAST) = 1
UNION ALL
SELECT
    'only_in_shop' AS subtype,
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

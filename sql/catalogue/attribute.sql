-- Entries both sides have in force, with values that both know and that differ; and entries that only the shop has
-- ended (`state`). An online service on one side alone is only_in_shop or only_on_portal; ended on the portal alone is
-- expired_in_use. Of several local codes of one procedure the first that differs is told.
-- No parameters. Columns: as every query of this folder that finds.
WITH shop_keys AS (
    SELECT
        sort,
        key,
        BOOL_OR(in_force) AS in_force
    FROM sides
    WHERE
        side = 'shop'
        AND key IS NOT NULL
    GROUP BY sort, key
),

pairs AS (
    SELECT
        s.sort,
        s.key,
        s.code,
        COALESCE(p.name, s.name) AS name,
        COALESCE(p.sector, s.sector) AS sector,
        s.in_force AND p.in_force AS both_in_force,
        UNNEST([
            {
                'field': 'name', 'differs': s.name_key <> p.name_key,
                'shop': s.name, 'portal': p.name
            },
            {
                'field': 'sector', 'differs': s.sector_key <> p.sector_key,
                'shop': s.sector, 'portal': p.sector
            },
            {
                'field': 'level', 'differs': s.level <> p.level AND s.level <> 'khong' AND p.level <> 'khong',
                'shop': s.level, 'portal': p.level
            },
            {
                'field': 'fee', 'differs': s.fee <> p.fee,
                'shop': CAST(s.fee AS VARCHAR), 'portal': CAST(p.fee AS VARCHAR)
            },
            {
                'field': 'limit', 'differs': s.limit_family = p.limit_family AND s.limit_size <> p.limit_size,
                'shop': s.limit_text, 'portal': p.limit_text
            },
            {
                'field': 'unit', 'differs': s.limit_family <> p.limit_family,
                'shop': s.limit_text, 'portal': p.limit_text
            },
            {
                'field': 'state', 'differs': NOT k.in_force AND p.in_force,
                'shop': 'inactive', 'portal': 'active'
            }
        ]) AS told
    FROM sides AS s
    INNER JOIN shop_keys AS k
        ON
            s.sort = k.sort
            AND s.key = k.key
    INNER JOIN sides AS p
        ON
            p.side = 'portal'
            AND s.sort = p.sort
            AND s.key = p.key
    WHERE s.side = 'shop'
)

SELECT
    'attribute' AS subtype,
    told.field AS field,
    sort,
    CASE WHEN sort <> 'agency' THEN key END AS procedure_code,
    CASE WHEN sort = 'agency' THEN key END AS agency_code,
    name,
    sector,
    told.shop AS value_shop,
    told.portal AS value_portal,
    CAST(NULL AS BIGINT) AS dossiers
FROM pairs
WHERE
    told.differs
    AND (both_in_force OR told.field = 'state')
QUALIFY ROW_NUMBER() OVER (PARTITION BY sort, key, told.field ORDER BY code, told.shop) = 1

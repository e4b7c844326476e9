-- What was compared of entries both sides list: the attributes both know. What is open and not found is over only here.
-- Reads sides. No parameters. Columns: sort, key, field.
SELECT DISTINCT
    s.sort,
    s.key,
    UNNEST(
        LIST_FILTER(
            [
                CASE WHEN s.name_key IS NOT NULL AND p.name_key IS NOT NULL THEN 'name' END,
                CASE WHEN s.sector_key IS NOT NULL AND p.sector_key IS NOT NULL THEN 'sector' END,
                CASE WHEN s.level IS NOT NULL AND p.level IS NOT NULL THEN 'level' END,
                CASE WHEN s.fee IS NOT NULL AND p.fee IS NOT NULL THEN 'fee' END,
                CASE WHEN s.limit_size IS NOT NULL AND p.limit_size IS NOT NULL THEN 'limit' END,
                CASE WHEN s.limit_size IS NOT NULL AND p.limit_size IS NOT NULL THEN 'unit' END,
                CASE WHEN p.is_active IS NOT NULL THEN 'state' END
            ],
            LAMBDA field: field IS NOT NULL
        )
    ) AS field
FROM sides AS s
INNER JOIN sides AS p
    ON
        p.side = 'portal'
        AND s.sort = p.sort
        AND s.key = p.key
WHERE s.side = 'shop'

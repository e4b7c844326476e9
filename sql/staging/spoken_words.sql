-- Which different words stand in the fields that are read by word lists? From `landed`.
-- Columns: field, word (trimmed text).
SELECT DISTINCT
    'TrangThaiHoSo' AS field,
    read_text(spelled) AS word
FROM (
    SELECT DISTINCT "TrangThaiHoSo" AS spelled
    FROM landed
)
WHERE read_text(spelled) IS NOT NULL
UNION ALL
SELECT DISTINCT
    'KenhThucHien' AS field,
    read_text(spelled) AS word
FROM (
    SELECT DISTINCT "KenhThucHien" AS spelled
    FROM landed
)
WHERE read_text(spelled) IS NOT NULL
ORDER BY
    field,
    word

-- Which different words stand in the fields that are read by word lists? From `landed`.
-- Columns: field, word (trimmed text).
SELECT DISTINCT
    'TrangThaiHoSo' AS field,
    read_text("TrangThaiHoSo") AS word
FROM landed
WHERE read_text("TrangThaiHoSo") IS NOT NULL
UNION ALL
SELECT DISTINCT
    'KenhThucHien' AS field,
    read_text("KenhThucHien") AS word
FROM landed
WHERE read_text("KenhThucHien") IS NOT NULL
ORDER BY
    field,
    word

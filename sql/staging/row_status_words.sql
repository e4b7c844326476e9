-- Which different words do the rows have as their status? From `landed`. Columns: word.
SELECT DISTINCT read_text("TrangThaiHoSo") AS word
FROM landed
WHERE read_text("TrangThaiHoSo") IS NOT NULL
ORDER BY word

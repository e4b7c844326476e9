-- Which of these records are known? From `known`. Parameters: records (list). Columns: record.
SELECT record
FROM known
WHERE record IN (SELECT unnest(CAST(:records AS UBIGINT[])))
ORDER BY record

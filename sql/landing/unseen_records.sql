-- Which records known to be of some months were not read now? From `known`.
-- Parameters: records (list: what was read), months (list). Columns: record.
SELECT record
FROM known
WHERE
    list_contains(CAST(:months AS INTEGER[]), month)
    AND record NOT IN (SELECT unnest(CAST(:records AS UBIGINT[])))
ORDER BY record

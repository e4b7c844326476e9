-- How many rows of one side break each row rule? From the table broken (`quarantine`).
-- Parameters: side. Columns: rule, rows.
SELECT
    rule,
    COUNT(*) AS rows
FROM broken
WHERE side = CAST(:side AS VARCHAR)
GROUP BY rule
ORDER BY rule

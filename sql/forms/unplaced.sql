-- Dossiers that were received, by their status, but bear no date of reception: no period can count them.
-- No parameters; reads side_rows. Columns: side, dossiers.
SELECT
    side,
    COUNT(*) AS dossiers
FROM side_rows
WHERE
    status IN (2, 4, 5, 6, 8, 9, 10)
    AND received_at IS NULL
GROUP BY side
ORDER BY side

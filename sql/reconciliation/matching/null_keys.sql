-- Staged rows without a dossier code: there must be none.
-- No parameters. Columns: side, staged_rows.
SELECT
    side,
    COUNT(*) AS staged_rows
FROM staged_rows
WHERE dossier_code IS NULL
GROUP BY side
ORDER BY side

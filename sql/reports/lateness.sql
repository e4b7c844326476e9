-- How many compared dossiers each clock finds in time, late, not counted or unknown.
-- No parameters. Columns: clock, verdict, dossiers.
SELECT
    clock,
    verdict,
    CAST(SUM(dossiers) AS BIGINT) AS dossiers
FROM lateness
GROUP BY
    clock,
    verdict
ORDER BY
    clock,
    verdict

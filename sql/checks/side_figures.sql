-- What is true of one snapshot as a whole?
-- Parameters: snapshot (path or glob of the dossiers).
-- Columns: rows, duplicate_pct (share of rows whose code stands more than once, in per cent).
WITH codes AS (
    SELECT
        dossier_code,
        COUNT(*) AS occurrences
    FROM read_parquet(:snapshot)
    GROUP BY dossier_code
)
SELECT
    CAST(COALESCE(SUM(occurrences), 0) AS BIGINT) AS rows,
    COALESCE(
        100.0 * SUM(CASE WHEN occurrences > 1 THEN occurrences ELSE 0 END) / SUM(occurrences), 0
    ) AS duplicate_pct
FROM codes

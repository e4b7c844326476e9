-- How many staged rows has each agency (final code) in one snapshot?
-- Parameters: snapshot (path or glob of the dossiers).
-- Columns: agency_code ('' where the row names none), rows.
SELECT
    COALESCE(agency_final, '') AS agency_code,
    COUNT(*) AS rows
FROM read_parquet(:snapshot)
GROUP BY ALL
ORDER BY agency_code

-- How many discrepancies of each kind reconcile has listed. Parameters: :path. Columns: name (kind, or kind/subtype), discrepancies.
SELECT
    kind || CASE WHEN subtype = '' THEN '' ELSE '/' || subtype END AS name,
    COUNT(*) AS discrepancies
FROM READ_PARQUET(:path)
GROUP BY name
ORDER BY name

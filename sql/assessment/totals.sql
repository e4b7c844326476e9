-- Tonight per kind: how many, and how many of them for the first time.
-- Reads assessed. No parameters. Columns: kind, discrepancies, first_seen.
SELECT
    kind,
    COUNT(*) AS discrepancies,
    COUNT(*) FILTER (WHERE first_seen_on = last_seen_on) AS first_seen
FROM assessed
GROUP BY kind
ORDER BY kind

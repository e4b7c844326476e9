-- How many discrepancies of each kind there are. No parameters; reads found, carried_discrepancies. Columns: kind, discrepancies.
SELECT
    kind,
    COUNT(*) AS discrepancies
FROM (
    SELECT kind
    FROM found
    UNION ALL
    SELECT kind
    FROM carried_discrepancies
) AS listed
GROUP BY kind
ORDER BY kind

-- Which kinds and subtypes were found, and how often.
-- No parameters. Columns: kind, subtype, discrepancies.
SELECT
    kind,
    subtype,
    COUNT(*) AS discrepancies
FROM found
GROUP BY
    kind,
    subtype
ORDER BY
    kind,
    subtype

-- What the period before left open as it was published, by who reports it.
-- No parameters; reads members_before. Columns: side, unit_code (NULL = nobody known), section, dossiers.
SELECT
    side,
    unit_code,
    section,
    COUNT(*) AS dossiers
FROM members_before
WHERE STARTS_WITH(stands_as, 'open')
GROUP BY
    side,
    unit_code,
    section
ORDER BY
    side,
    unit_code,
    section

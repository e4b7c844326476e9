-- How many dossiers of each agency broke each duty, most first. No parameters. Columns: duty, agency_code, dossiers.
SELECT
    duty,
    agency_code,
    COUNT(DISTINCT dossier_code) AS dossiers
FROM duty_lines
GROUP BY
    duty,
    agency_code
ORDER BY
    duty,
    dossiers DESC,
    agency_code

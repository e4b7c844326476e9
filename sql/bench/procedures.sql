-- The procedures of a made world: living ones that return a document within a number of days, and those that ended before 2026.
-- No parameters. Columns: living, retired (national codes).
SELECT
    LIST(national_code ORDER BY national_code) FILTER (valid_to IS NULL) AS living,
    LIST(national_code ORDER BY national_code) FILTER (valid_to < DATE '2026-01-01') AS retired
FROM procedures
WHERE
    returns_document
    AND limit_amount >= 1
    AND limit_unit <> 'Giờ'

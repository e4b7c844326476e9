-- The final agencies the dossiers of either side name.
-- No parameters; reads side_rows. Columns: agency_code.
SELECT DISTINCT agency_code
FROM side_rows
WHERE agency_code IS NOT NULL
ORDER BY agency_code

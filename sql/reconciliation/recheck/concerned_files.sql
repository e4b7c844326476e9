-- Files of a side's snapshot with rows of dossiers that were looked up.
-- No parameters; reads night_rows (the snapshot, with the name of each row's file), answered_codes. Columns: filename.
SELECT DISTINCT night_rows.filename
FROM night_rows
INNER JOIN answered_codes ON night_rows.dossier_code = answered_codes.dossier_code
ORDER BY night_rows.filename

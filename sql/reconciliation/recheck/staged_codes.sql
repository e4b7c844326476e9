-- The codes under which a look-up left a staged row.
-- No parameters; reads fresh_rows. Columns: dossier_code.
SELECT DISTINCT dossier_code
FROM fresh_rows
ORDER BY dossier_code

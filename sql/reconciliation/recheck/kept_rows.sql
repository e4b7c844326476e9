-- The rows of one file without those of the dossiers that were looked up, in their order.
-- No parameters; reads file_rows, answered_codes. Columns: those of the snapshot.
CREATE OR REPLACE TEMP VIEW kept_rows AS
SELECT file_rows.*
FROM file_rows
WHERE NOT EXISTS (
    SELECT 1
    FROM answered_codes
    WHERE answered_codes.dossier_code = file_rows.dossier_code
)
ORDER BY
    file_rows.dossier_code,
    file_rows.source_file,
    file_rows.source_row

-- The fresh rows of the dossiers that were looked up; none where the answer was that there is no such dossier. A fresh row
-- under a code nobody asked for is not used.
-- No parameters; reads fresh_rows (the staged look-ups), answered_codes. Columns: those of the snapshot.
CREATE TEMP VIEW replacing_rows AS
SELECT fresh_rows.*
FROM fresh_rows
WHERE EXISTS (
    SELECT 1
    FROM answered_codes
    WHERE answered_codes.dossier_code = fresh_rows.dossier_code
)
ORDER BY
    fresh_rows.dossier_code,
    fresh_rows.source_file,
    fresh_rows.source_row

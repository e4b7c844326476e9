-- One side's snapshot in which the rows of the dossiers that were looked up are the fresh ones; none where the answer
-- was that there is no such dossier. A fresh row under a code nobody asked for is not used.
-- No parameters; reads night_rows (the snapshot), fresh_rows (the staged look-ups), answered_codes.
-- Columns: those of the snapshot.
CREATE TEMP VIEW replaced_rows AS
SELECT night_rows.*
FROM night_rows
WHERE
    NOT EXISTS (
        SELECT 1
        FROM answered_codes
        WHERE answered_codes.dossier_code = night_rows.dossier_code
    )
UNION ALL
SELECT fresh_rows.*
FROM fresh_rows
WHERE EXISTS (
    SELECT 1
    FROM answered_codes
    WHERE answered_codes.dossier_code = fresh_rows.dossier_code
)

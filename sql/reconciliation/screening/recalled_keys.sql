-- Keys of the month's pairs that are also left over elsewhere: a key repeated in another month.
-- No parameters; reads staged_rows (of the month), left_rows. Columns: dossier_code.
CREATE OR REPLACE TEMP TABLE recalled_keys AS
SELECT DISTINCT staged_rows.dossier_code
FROM staged_rows
WHERE
    staged_rows.side = 'shop'
    AND EXISTS (
        SELECT 1
        FROM left_rows
        WHERE left_rows.dossier_code = staged_rows.dossier_code
    )
    AND NOT EXISTS (
        SELECT 1
        FROM left_rows
        WHERE
            left_rows.side = 'shop'
            AND left_rows.source_file = staged_rows.source_file
            AND left_rows.source_row = staged_rows.source_row
    )

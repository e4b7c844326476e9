-- The month's rows of recalled keys that count as pairs so far.
-- Parameters: :month; reads staged_rows (of the month), recalled_keys, left_rows. Columns: those of staged_rows.
CREATE OR REPLACE TEMP TABLE month_recalled AS
SELECT staged_rows.*
FROM staged_rows
INNER JOIN recalled_keys ON staged_rows.dossier_code = recalled_keys.dossier_code
WHERE NOT EXISTS (
    SELECT 1
    FROM left_rows
    WHERE
        left_rows.dossier_code = staged_rows.dossier_code
        AND left_rows.month = CAST(:month AS VARCHAR)
)

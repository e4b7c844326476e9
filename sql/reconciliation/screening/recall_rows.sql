-- Puts both rows of the recalled pairs to those that are left over. No parameters; reads staged_rows, recalled_keys.
INSERT INTO left_rows
SELECT staged_rows.*
FROM staged_rows
WHERE EXISTS (
    SELECT 1
    FROM recalled_keys
    WHERE recalled_keys.dossier_code = staged_rows.dossier_code
)

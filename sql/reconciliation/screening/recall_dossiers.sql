-- Takes recalled dossiers out of the pairs. No parameters; reads recalled_keys.
DELETE FROM dossiers
WHERE EXISTS (
    SELECT 1
    FROM recalled_keys
    WHERE recalled_keys.dossier_code = dossiers.dossier_code
)

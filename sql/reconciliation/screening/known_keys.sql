-- Keys of which is known before any row is read that nothing can be said about them.
-- No parameters; reads unknown_keys. Columns: dossier_code.
CREATE TEMP TABLE known_keys AS
SELECT DISTINCT dossier_code
FROM unknown_keys

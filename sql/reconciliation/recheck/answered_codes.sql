-- The codes whose look-up gave a usable answer.
-- Parameters: :codes. Columns: dossier_code.
CREATE TEMP TABLE answered_codes AS
SELECT UNNEST(CAST(:codes AS VARCHAR[])) AS dossier_code

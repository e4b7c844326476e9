-- Adds the dossiers of the rows at hand. No parameters; reads joined_dossiers.
INSERT INTO dossiers
SELECT *
FROM joined_dossiers

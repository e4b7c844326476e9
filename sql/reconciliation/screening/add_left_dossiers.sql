-- Adds the dossiers of the left over rows. No parameters; reads joined_dossiers.
INSERT INTO dossiers
SELECT *
FROM joined_dossiers

-- Every dossier that is looked at, once. No parameters. Columns: those of joined_dossiers.
CREATE TEMP TABLE dossiers AS
SELECT *
FROM joined_dossiers

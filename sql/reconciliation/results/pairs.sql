-- Both rows of every dossier with anything to look at (docs/data-contracts.md).
-- No parameters; reads tonight_pairs, carried_pairs. Columns: those of both.
CREATE TEMP VIEW written_pairs AS
SELECT *
FROM tonight_pairs
UNION ALL
SELECT *
FROM carried_pairs
ORDER BY dossier_code

-- Adds the pairs of the month that need a closer look to the dossiers. No parameters; reads month_suspects.
INSERT INTO dossiers
SELECT * EXCLUDE (is_left)
FROM month_suspects
WHERE NOT is_left

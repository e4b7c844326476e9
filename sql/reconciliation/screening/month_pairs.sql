-- Rows of the month's pairs that need a closer look, for joined_dossiers.
-- No parameters; reads month_rows. Columns: those of staged_rows, place (always 1).
CREATE OR REPLACE TEMP VIEW keyed_rows AS
SELECT
    * EXCLUDE (is_left),
    1 AS place
FROM month_rows
WHERE NOT is_left

-- Lets joined_dossiers join the rows of pairs. No parameters; reads pair_rows. Columns: those of staged_rows, place (always 1).
CREATE OR REPLACE TEMP VIEW keyed_rows AS
SELECT
    *,
    1 AS place
FROM pair_rows

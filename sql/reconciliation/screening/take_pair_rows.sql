-- Lets joined_rows join the pairs of the months at hand. No parameters; reads month_rows.
-- Columns: those of staged_rows, is_left, place (always 1).
CREATE OR REPLACE TEMP VIEW keyed_rows AS
SELECT
    *,
    1 AS place
FROM month_rows
WHERE NOT is_left

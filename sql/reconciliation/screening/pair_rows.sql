-- Rows of pairs that need a closer look and are not joined yet. Empty at first. No parameters; columns: those of staged_rows.
CREATE TEMP TABLE pair_rows AS
SELECT *
FROM staged_rows
WHERE FALSE

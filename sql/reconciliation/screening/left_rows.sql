-- Rows that are not paired within their months, or that more than a pair has to be said about. Empty at first.
-- No parameters. Columns: those of staged_rows.
CREATE TEMP TABLE left_rows AS
SELECT *
FROM staged_rows
WHERE FALSE

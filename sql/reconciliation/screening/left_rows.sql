-- Rows that are not paired within their month, or that more than a pair has to be said about. Empty at first.
-- No parameters. Columns: those of staged_rows, month.
CREATE TEMP TABLE left_rows AS
SELECT
    *,
    CAST(NULL AS VARCHAR) AS month
FROM staged_rows
WHERE FALSE

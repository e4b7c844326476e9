-- Adds the month's rows that are left over. Parameters: :month; reads month_rows.
INSERT INTO left_rows
SELECT
    * EXCLUDE (is_left),
    CAST(:month AS VARCHAR) AS month
FROM month_rows
WHERE is_left

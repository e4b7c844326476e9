-- Puts the month's recalled rows to those that are left over. Parameters: :month; reads month_recalled.
INSERT INTO left_rows
SELECT
    *,
    CAST(:month AS VARCHAR) AS month
FROM month_recalled

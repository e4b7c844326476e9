-- Adds the month's rows of pairs. No parameters; reads month_rows.
INSERT INTO pair_rows
SELECT * EXCLUDE (is_left)
FROM month_rows
WHERE NOT is_left

-- Adds the rows of these months that are left over. No parameters; reads month_rows.
INSERT INTO left_rows
SELECT * EXCLUDE (is_left)
FROM month_rows
WHERE is_left

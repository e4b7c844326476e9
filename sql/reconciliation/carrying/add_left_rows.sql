-- Rows that were left over of the months that stand. No parameters; reads carried_left_rows.
INSERT INTO left_rows
SELECT *
FROM carried_left_rows

-- Rows left over of the months that were looked at tonight. No parameters; reads left_rows, fresh_months.
-- Columns: those of staged_rows.
CREATE TEMP VIEW kept_left_rows AS
SELECT left_rows.*
FROM left_rows
INNER JOIN fresh_months ON left_rows.month = fresh_months.month

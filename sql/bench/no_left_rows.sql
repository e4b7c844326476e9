-- Before the first month no rows of the portal are left over from another one; later this changes nothing.
-- No parameters; reads month_rows. Columns: those of a snapshot.
CREATE TEMP TABLE IF NOT EXISTS left_rows AS
SELECT *
FROM month_rows
LIMIT 0

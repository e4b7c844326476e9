-- No rows of the portal are left over from another month yet. No parameters; reads month_rows.
-- Columns: those of a snapshot.
CREATE OR REPLACE TEMP TABLE left_rows AS
SELECT *
FROM month_rows
LIMIT 0

-- What the oldest month left over. No parameters; reads left_rows. Columns: those of a snapshot.
CREATE OR REPLACE TEMP TABLE month_rows AS
SELECT *
FROM left_rows

-- Lets joined_dossiers judge the pairs that were carried over again, since they may change with the time alone.
-- No parameters; reads carried_dossiers. Columns: those of joined_rows.
CREATE OR REPLACE TEMP VIEW joined_rows AS
SELECT *
FROM carried_dossiers

-- The rows of these months, of the dossiers that need a closer look.
-- No parameters; reads staged_rows, screened. Columns: those of staged_rows, is_left.
CREATE OR REPLACE TEMP TABLE month_rows AS
SELECT
    staged_rows.*,
    screened.is_left
FROM staged_rows
INNER JOIN screened ON staged_rows.dossier_code = screened.dossier_code

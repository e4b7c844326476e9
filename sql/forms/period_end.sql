-- The last day of a period: one row, for views, which take no parameters.
-- Parameters: :ends_on. Columns: day.
CREATE OR REPLACE TEMP TABLE period_end AS
SELECT CAST(:ends_on AS DATE) AS day

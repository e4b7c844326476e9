-- From here on only what is left over of the months is matched. No parameters; columns: those of staged_rows; their
-- month is NULL, since they are matched over all.
CREATE OR REPLACE TEMP VIEW staged_rows AS
SELECT * REPLACE (CAST(NULL AS VARCHAR) AS month)
FROM left_rows

-- From here on only what is left over of the months is matched. No parameters; columns: those of staged_rows.
CREATE OR REPLACE TEMP VIEW staged_rows AS
SELECT *
FROM left_rows

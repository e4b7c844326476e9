-- Table `calendar`: one row per day; counts run from the first row.
-- Parameters: one list per column, equally long. Columns: as selected (`rules.calendar.CalendarDay`).
CREATE OR REPLACE TABLE calendar AS
SELECT
    unnest(CAST(:day AS DATE[])) AS day,
    unnest(CAST(:is_working AS BOOLEAN[])) AS is_working,
    unnest(CAST(:next_working AS DATE[])) AS next_working,
    unnest(CAST(:working_index AS INTEGER[])) AS working_index,
    unnest(CAST(:seconds_before AS BIGINT[])) AS seconds_before

-- Working seconds of a working day before each second of it.
-- Parameters: :span_starts, :span_ends (seconds of the day at which the working hours begin and end).
-- Columns: second_of_day (0 to 86400), worked.
CREATE TEMP TABLE day_clock AS
WITH spans AS (
    SELECT
        UNNEST(CAST(:span_starts AS INTEGER[])) AS begins,
        UNNEST(CAST(:span_ends AS INTEGER[])) AS ends
),

seconds AS (
    SELECT CAST(second_of_day AS INTEGER) AS second_of_day
    FROM GENERATE_SERIES(0, 86400) AS numbers (second_of_day)
)

SELECT
    seconds.second_of_day,
    CAST(SUM(GREATEST(0, LEAST(seconds.second_of_day, spans.ends) - spans.begins)) AS BIGINT) AS worked
FROM seconds
CROSS JOIN spans
GROUP BY seconds.second_of_day

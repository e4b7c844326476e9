-- The three borders of a night that depend on its reference time alone, so that no row needs the calendar.
-- Working time up to as_of only falls as the start moves on: working_time(t, as_of) > h is the same as t < border.
-- Parameters: :as_of (local), :sync_allowance_hours, :late_intake_hours; reads calendar, day_clock.
-- Columns: sync_border, intake_border (earliest local instant from which no more than the allowed working time has
-- passed), last_working_day (the last working day before the date of as_of: date of as_of > roll(d) is the same as
-- d <= last_working_day).
WITH reference_time AS (
    SELECT calendar.seconds_before + CASE WHEN calendar.is_working THEN day_clock.worked ELSE 0 END AS worked
    FROM calendar
    CROSS JOIN day_clock
    WHERE
        calendar.day = CAST(CAST(:as_of AS TIMESTAMP) AS DATE)
        AND day_clock.second_of_day = CAST(
            EXTRACT(EPOCH FROM (CAST(:as_of AS TIMESTAMP) - CAST(CAST(:as_of AS TIMESTAMP) AS DATE))) AS INTEGER
        )
),

allowances AS (
    SELECT
        'sync' AS name,
        worked - CAST(ROUND(CAST(:sync_allowance_hours AS DOUBLE PRECISION) * 3600) AS BIGINT) AS begins
    FROM reference_time
    UNION ALL
    SELECT
        'intake' AS name,
        worked - CAST(ROUND(CAST(:late_intake_hours AS DOUBLE PRECISION) * 3600) AS BIGINT) AS begins
    FROM reference_time
),

border_days AS (
    SELECT
        allowances.name,
        allowances.begins,
        MIN(calendar.day) AS day
    FROM allowances
    INNER JOIN calendar
        ON
            allowances.begins <= calendar.seconds_before + CASE
                WHEN calendar.is_working THEN (SELECT MAX(day_clock.worked) FROM day_clock)
                ELSE 0
            END
    GROUP BY
        allowances.name,
        allowances.begins
),

borders AS (
    SELECT
        border_days.name,
        CAST(border_days.day AS TIMESTAMP) + MIN(day_clock.second_of_day) * INTERVAL '1 second' AS begins_at
    FROM border_days
    INNER JOIN calendar ON border_days.day = calendar.day
    INNER JOIN day_clock
        ON
            border_days.begins <= calendar.seconds_before + CASE
                WHEN calendar.is_working THEN day_clock.worked
                ELSE 0
            END
    GROUP BY
        border_days.name,
        border_days.day
)

SELECT
    MAX(CASE WHEN name = 'sync' THEN begins_at END) AS sync_border,
    MAX(CASE WHEN name = 'intake' THEN begins_at END) AS intake_border,
    (
        SELECT MAX(calendar.day)
        FROM calendar
        WHERE
            calendar.is_working
            AND calendar.day < CAST(CAST(:as_of AS TIMESTAMP) AS DATE)
    ) AS last_working_day
FROM borders

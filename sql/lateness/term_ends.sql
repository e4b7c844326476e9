-- Ends of the terms the clocks need (paragraph "Calendar and terms"): the first day does not count, parts of a day or
-- month count as a whole one, the last day rolls to a working day and ends at 24:00, given as 23:59:59; a term in
-- hours ends at an instant. NULL where the term leaves the calendar. Of a procedure that counts what starts late in the day
-- from the next working day, such a term also as it is counted from the opening of that day.
-- No parameters; reads clock_rows, clock_rules, calendar, day_clock.
-- Columns: starts_at, limit_amount, limit_unit, ends_at, late_begins_at, late_ends_at (local; NULL: not counted so).
CREATE OR REPLACE TEMP TABLE term_ends AS
WITH needed_terms AS (
    SELECT
        reset_at AS starts_at,
        limit_amount,
        limit_unit,
        late_starts_next_day
    FROM clock_rows
    WHERE
        reset_at IS NOT NULL
        AND limit_amount IS NOT NULL
        AND limit_unit IS NOT NULL
    UNION ALL
    SELECT
        received_at AS starts_at,
        limit_amount,
        limit_unit,
        late_starts_next_day
    FROM clock_rows
    WHERE
        due_at IS NULL
        AND received_at IS NOT NULL
        AND limit_amount IS NOT NULL
        AND limit_unit IS NOT NULL
),

terms AS (
    SELECT
        starts_at,
        limit_amount,
        limit_unit,
        MAX(late_starts_next_day) AS late_starts_next_day
    FROM needed_terms
    GROUP BY
        starts_at,
        limit_amount,
        limit_unit
),

opening AS (
    SELECT MAX(second_of_day) AS second_of_day
    FROM day_clock
    WHERE worked = 0
),

begun_terms AS (
    SELECT
        starts_at,
        limit_amount,
        limit_unit,
        starts_at AS begins_at,
        FALSE AS is_late
    FROM terms
    UNION ALL
    SELECT
        terms.starts_at,
        terms.limit_amount,
        terms.limit_unit,
        CAST(calendar.next_working AS TIMESTAMP) + opening.second_of_day * INTERVAL '1 second' AS begins_at,
        TRUE AS is_late
    FROM terms
    INNER JOIN calendar ON CAST(terms.starts_at AS DATE) + 1 = calendar.day
    CROSS JOIN opening
    CROSS JOIN clock_rules
    WHERE
        terms.late_starts_next_day
        AND CAST(EXTRACT(EPOCH FROM (terms.starts_at - CAST(terms.starts_at AS DATE))) AS INTEGER)
        > clock_rules.late_reception_second
),

placed_terms AS (
    SELECT
        begun_terms.*,
        CAST(CEIL(begun_terms.limit_amount) AS INTEGER) AS whole,
        CAST(ROUND(begun_terms.limit_amount * 3600) AS BIGINT) AS term_seconds,
        CAST(begun_terms.begins_at AS DATE) AS first_day,
        calendar.working_index,
        calendar.seconds_before + CASE WHEN calendar.is_working THEN day_clock.worked ELSE 0 END AS worked,
        (SELECT MAX(day_clock.worked) FROM day_clock) AS day_seconds
    FROM begun_terms
    LEFT JOIN calendar ON CAST(begun_terms.begins_at AS DATE) = calendar.day
    LEFT JOIN day_clock
        ON
            CAST(EXTRACT(EPOCH FROM (begun_terms.begins_at - CAST(begun_terms.begins_at AS DATE))) AS INTEGER)
            = day_clock.second_of_day
),

working_days AS (
    SELECT
        day,
        working_index
    FROM calendar
    WHERE is_working
),

hour_ends AS (
    SELECT
        worked,
        MIN(second_of_day) AS second_of_day
    FROM day_clock
    GROUP BY worked
),

last_days AS (
    SELECT
        placed_terms.*,
        CASE
            WHEN placed_terms.limit_unit = 'Ngày làm việc' AND placed_terms.whole > 0 THEN nth_days.day
            WHEN placed_terms.limit_unit = 'Tháng'
                THEN CAST(placed_terms.first_day + placed_terms.whole * INTERVAL '1 month' AS DATE)
            WHEN placed_terms.limit_unit IN ('Ngày', 'Ngày làm việc') THEN placed_terms.first_day + placed_terms.whole
        END AS last_day,
        CEIL(
            CAST(placed_terms.worked + placed_terms.term_seconds AS DOUBLE PRECISION) / placed_terms.day_seconds
        ) AS hours_day
    FROM placed_terms
    LEFT JOIN working_days AS nth_days
        ON
            placed_terms.limit_unit = 'Ngày làm việc'
            AND placed_terms.working_index + placed_terms.whole = nth_days.working_index
),

ends AS (
    SELECT
        last_days.starts_at,
        last_days.limit_amount,
        last_days.limit_unit,
        last_days.begins_at,
        last_days.is_late,
        CASE
            WHEN last_days.limit_unit <> 'Giờ'
                THEN CAST(rolled_days.next_working AS TIMESTAMP) + INTERVAL '1 day' - INTERVAL '1 second'
            WHEN last_days.term_seconds <= 0 THEN last_days.begins_at
            ELSE CAST(hours_days.day AS TIMESTAMP) + hour_ends.second_of_day * INTERVAL '1 second'
        END AS ends_at
    FROM last_days
    LEFT JOIN calendar AS rolled_days ON last_days.last_day = rolled_days.day
    LEFT JOIN working_days AS hours_days
        ON
            last_days.limit_unit = 'Giờ'
            AND last_days.hours_day = hours_days.working_index
    LEFT JOIN hour_ends
        ON
            last_days.limit_unit = 'Giờ'
            AND last_days.worked + last_days.term_seconds - (last_days.hours_day - 1) * last_days.day_seconds
            = hour_ends.worked
)

SELECT
    ends.starts_at,
    ends.limit_amount,
    ends.limit_unit,
    ends.ends_at,
    late_ends.begins_at AS late_begins_at,
    late_ends.ends_at AS late_ends_at
FROM ends
LEFT JOIN ends AS late_ends
    ON
        late_ends.is_late
        AND ends.starts_at = late_ends.starts_at
        AND ends.limit_amount = late_ends.limit_amount
        AND ends.limit_unit = late_ends.limit_unit
WHERE NOT ends.is_late

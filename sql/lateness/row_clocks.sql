-- What the three clocks say about each row (paragraph "Three clocks").
-- Law (NĐ 118/2025 Điều 11, 17, 19): due by a full new term from the completed supplement, else by the rolled date
-- of the appointment, else by the term from reception; by date (24:00), procedures in hours by the instant (an
-- appointment without a time of day, or on a day off, lasts to 24:00).
-- Portal (QĐ 766/QĐ-TTg, 2.1): due as synced, the supplement's time taken off the end; to the second.
-- Province: date of the end after the date of the appointment.
-- No parameters; reads clock_rows, clock_rules, term_ends, calendar.
-- Columns: those of clock_rows, stops_at, law_due_at, portal_due_at, portal_stops_at (what was held against what; local),
-- and law, portal, province: on_time, late, not_counted, unknown.
CREATE OR REPLACE TEMP VIEW row_clocks AS
WITH timed_rows AS (
    SELECT
        clock_rows.*,
        clock_rules.midnight_is_day,
        clock_rules.portal_granularity,
        clock_rules.portal_second_supplement,
        clock_rules.province_pauses_payment,
        clock_rows.status IN (1, 3)
        OR (clock_rows.status = 7 AND clock_rows.received_at IS NULL) AS is_uncounted,
        CASE
            WHEN clock_rows.status IN (7, 8, 9, 10) THEN clock_rows.end_at
            WHEN clock_rows.status IN (2, 4, 6) THEN clock_rules.as_of
            WHEN clock_rows.status = 5 THEN clock_rows.requested_at
        END AS stops_at,
        COALESCE(clock_rows.completed_at - clock_rows.requested_at, INTERVAL '0 seconds') AS waited,
        reset_ends.ends_at AS reset_ends_at,
        received_ends.ends_at AS received_ends_at,
        COALESCE(appointments.next_working, CAST(clock_rows.due_at AS DATE)) AS appointed_day
    FROM clock_rows
    CROSS JOIN clock_rules
    LEFT JOIN term_ends AS reset_ends
        ON
            clock_rows.reset_at = reset_ends.starts_at
            AND clock_rows.limit_amount = reset_ends.limit_amount
            AND clock_rows.limit_unit = reset_ends.limit_unit
    LEFT JOIN term_ends AS received_ends
        ON
            clock_rows.due_at IS NULL
            AND clock_rows.received_at = received_ends.starts_at
            AND clock_rows.limit_amount = received_ends.limit_amount
            AND clock_rows.limit_unit = received_ends.limit_unit
    LEFT JOIN calendar AS appointments ON CAST(clock_rows.due_at AS DATE) = appointments.day
),

due_rows AS (
    SELECT
        *,
        COALESCE(
            reset_ends_at,
            CASE
                WHEN
                    limit_unit = 'Giờ'
                    AND appointed_day = CAST(due_at AS DATE)
                    AND CAST(due_at AS TIME) <> TIME '00:00:00'
                    THEN due_at
                ELSE CAST(appointed_day AS TIMESTAMP) + INTERVAL '1 day' - INTERVAL '1 second'
            END,
            received_ends_at
        ) AS law_due_at,
        COALESCE(due_at, received_ends_at) AS portal_due_at,
        CASE WHEN status = 5 THEN stops_at ELSE stops_at - waited END AS portal_stops_at,
        due_at IS NULL
        OR (midnight_is_day AND CAST(due_at AS TIME) = TIME '00:00:00')
        OR status IN (2, 4, 6)
        OR portal_granularity = 'day' AS is_portal_by_date
    FROM timed_rows
)

SELECT
    * EXCLUDE (
        midnight_is_day,
        portal_granularity,
        portal_second_supplement,
        province_pauses_payment,
        is_uncounted,
        waited,
        reset_ends_at,
        received_ends_at,
        appointed_day,
        is_portal_by_date
    ),
    CASE
        WHEN is_uncounted THEN 'not_counted'
        WHEN received_at IS NULL THEN 'unknown'
        WHEN extension_count > 1 THEN 'late'
        WHEN law_due_at IS NULL OR stops_at IS NULL THEN 'unknown'
        WHEN limit_unit = 'Giờ' AND stops_at > law_due_at THEN 'late'
        WHEN CAST(stops_at AS DATE) > CAST(law_due_at AS DATE) THEN 'late'
        ELSE 'on_time'
    END AS law,
    CASE
        WHEN is_uncounted THEN 'not_counted'
        WHEN received_at IS NULL THEN 'unknown'
        WHEN
            supplement_count > 1
            AND (portal_second_supplement = 'any' OR status = 5)
            THEN 'late'
        WHEN portal_due_at IS NULL OR portal_stops_at IS NULL THEN 'unknown'
        WHEN is_portal_by_date AND CAST(portal_stops_at AS DATE) <= CAST(portal_due_at AS DATE) THEN 'on_time'
        WHEN portal_stops_at > portal_due_at THEN 'late'
        ELSE 'on_time'
    END AS portal,
    CASE
        WHEN is_uncounted THEN 'not_counted'
        WHEN received_at IS NULL THEN 'unknown'
        WHEN status = 5 OR due_at IS NULL THEN 'on_time'
        WHEN status = 6 AND province_pauses_payment THEN 'on_time'
        WHEN stops_at IS NULL THEN 'unknown'
        WHEN CAST(stops_at AS DATE) > CAST(due_at AS DATE) THEN 'late'
        ELSE 'on_time'
    END AS province
FROM due_rows

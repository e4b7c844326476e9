-- What each clock holds against what (paragraph "Three clocks"): the due instant and the end, before any verdict.
-- Law: due by a full new term from the completed supplement, else by the rolled date of the appointment, else by the term
-- from reception; the day ends at 24:00 (23:59:59), an appointment of a procedure in hours keeps its time of day unless it
-- has none or lies on a day off. A procedure may count a term that starts late in the day from the next working day (NĐ
-- 118/2025 Điều 18.2), and sector law may stop the clock while payment is awaited. Portal: due as synced, the supplement's
-- time taken off the end.
-- No parameters; reads clock_rows, clock_rules, term_ends, calendar.
-- Columns: those of clock_rows, and midnight_is_day, portal_granularity, portal_second_supplement, province_pauses_payment,
-- law_supplement (of clock_rules), is_uncounted, stops_at, waited, is_paused (by the law, for payment), reset_ends_at,
-- reset_begins_at, received_ends_at, moved_ends_at (of the term from reception, where it is moved to the next working day),
-- moved_begins_at, appointed_day, law_due_at, law_begins_at (NULL: the term begins where it starts), portal_due_at,
-- law_stops_at, portal_stops_at, is_portal_by_date.
CREATE OR REPLACE TEMP VIEW clock_dues AS
WITH timed_rows AS (
    SELECT
        clock_rows.*,
        clock_rules.midnight_is_day,
        clock_rules.portal_granularity,
        clock_rules.portal_second_supplement,
        clock_rules.province_pauses_payment,
        clock_rules.law_supplement,
        clock_rows.status IN (1, 3)
        OR (clock_rows.status = 7 AND clock_rows.received_at IS NULL) AS is_uncounted,
        CASE
            WHEN clock_rows.status IN (7, 8, 9, 10) THEN clock_rows.end_at
            WHEN clock_rows.status IN (2, 4, 6) THEN clock_rules.as_of
            WHEN clock_rows.status = 5 THEN clock_rows.requested_at
        END AS stops_at,
        COALESCE(clock_rows.completed_at - clock_rows.requested_at, INTERVAL '0 seconds') AS waited,
        clock_rows.status = 6 AND clock_rows.excludes_payment_wait AS is_paused,
        COALESCE(
            CASE WHEN clock_rows.late_starts_next_day THEN reset_ends.late_ends_at END, reset_ends.ends_at
        ) AS reset_ends_at,
        CASE WHEN clock_rows.late_starts_next_day THEN reset_ends.late_begins_at END AS reset_begins_at,
        received_ends.ends_at AS received_ends_at,
        CASE WHEN clock_rows.late_starts_next_day THEN received_ends.late_ends_at END AS moved_ends_at,
        CASE WHEN clock_rows.late_starts_next_day THEN received_ends.late_begins_at END AS moved_begins_at,
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
)

SELECT
    *,
    COALESCE(
        CASE WHEN law_supplement = 'reset' THEN reset_ends_at END,
        CASE
            WHEN
                limit_unit = 'Giờ'
                AND appointed_day = CAST(due_at AS DATE)
                AND CAST(due_at AS TIME) <> TIME '00:00:00'
                THEN due_at
            ELSE CAST(appointed_day AS TIMESTAMP) + INTERVAL '1 day' - INTERVAL '1 second'
        END,
        moved_ends_at,
        received_ends_at
    ) AS law_due_at,
    CASE
        WHEN law_supplement = 'reset' AND reset_ends_at IS NOT NULL THEN reset_begins_at
        ELSE moved_begins_at
    END AS law_begins_at,
    COALESCE(due_at, received_ends_at) AS portal_due_at,
    CASE
        WHEN law_supplement = 'reset' OR status = 5 THEN CASE WHEN is_paused THEN step_at ELSE stops_at END
        ELSE CASE WHEN is_paused THEN step_at ELSE stops_at END - waited
    END AS law_stops_at,
    CASE WHEN status = 5 THEN stops_at ELSE stops_at - waited END AS portal_stops_at,
    due_at IS NULL
    OR (midnight_is_day AND CAST(due_at AS TIME) = TIME '00:00:00')
    OR status IN (2, 4, 6)
    OR portal_granularity = 'day' AS is_portal_by_date
FROM timed_rows

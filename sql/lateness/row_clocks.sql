-- What the three clocks say about each row (paragraph "Three clocks").
-- Law (NĐ 118/2025 Điều 11, 17, 19): by date, procedures in hours by the instant. Portal (QĐ 766/QĐ-TTg, 2.1): to the
-- second. Province: date of the end after the date of the appointment. Why they say so: clock_reasons.sql.
-- No parameters; reads clock_dues.
-- Columns: those of clock_rows, stops_at, law_due_at, law_stops_at, portal_due_at, portal_stops_at (what was held against
-- what), and law, portal, province: on_time, late, not_counted, unknown.
CREATE OR REPLACE TEMP VIEW row_clocks AS
SELECT
    * EXCLUDE (
        midnight_is_day,
        portal_granularity,
        portal_second_supplement,
        province_pauses_payment,
        law_supplement,
        is_uncounted,
        waited,
        is_paused,
        reset_ends_at,
        reset_begins_at,
        received_ends_at,
        moved_ends_at,
        moved_begins_at,
        appointed_day,
        law_begins_at,
        is_portal_by_date
    ),
    CASE
        WHEN is_uncounted THEN 'not_counted'
        WHEN received_at IS NULL THEN 'unknown'
        WHEN extension_count > 1 THEN 'late'
        WHEN law_due_at IS NULL OR law_stops_at IS NULL THEN 'unknown'
        WHEN limit_unit = 'Giờ' AND law_stops_at > law_due_at THEN 'late'
        WHEN CAST(law_stops_at AS DATE) > CAST(law_due_at AS DATE) THEN 'late'
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
FROM clock_dues

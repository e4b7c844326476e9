-- Online dossiers accepted later than the working hours allowed after they were submitted (NĐ 118/2025 Điều 17.2c).
-- Those still waiting are discrepancies of the kind late_intake.
-- Parameters: :late_intake_hours; reads dutiful_rows, calendar, day_clock.
-- Columns: duty, dossier_code, agency_code, procedure_code, began_at, done_at (local), measured (working hours).
CREATE OR REPLACE TEMP TABLE late_intakes AS
WITH accepted AS (
    SELECT
        dossier_code,
        agency_code,
        procedure_code,
        submitted_at,
        received_at
    FROM dutiful_rows
    WHERE
        is_online
        AND intake_hours IS NOT NULL
        -- working time is never longer than time: only these can be late
        AND received_at - submitted_at > CAST(:late_intake_hours AS DOUBLE) * INTERVAL '1 hour'
),

measured AS (
    SELECT
        accepted.*,
        ends.seconds_before
        + CASE WHEN ends.is_working THEN ends_clock.worked ELSE 0 END
        - begins.seconds_before
        - CASE WHEN begins.is_working THEN begins_clock.worked ELSE 0 END AS worked
    FROM accepted
    INNER JOIN calendar AS begins ON CAST(accepted.submitted_at AS DATE) = begins.day
    INNER JOIN calendar AS ends ON CAST(accepted.received_at AS DATE) = ends.day
    INNER JOIN day_clock AS begins_clock
        ON
            CAST(EXTRACT(EPOCH FROM (accepted.submitted_at - CAST(accepted.submitted_at AS DATE))) AS INTEGER)
            = begins_clock.second_of_day
    INNER JOIN day_clock AS ends_clock
        ON
            CAST(EXTRACT(EPOCH FROM (accepted.received_at - CAST(accepted.received_at AS DATE))) AS INTEGER)
            = ends_clock.second_of_day
)

SELECT
    'late_intake' AS duty,
    dossier_code,
    agency_code,
    procedure_code,
    submitted_at AS began_at,
    received_at AS done_at,
    CAST(worked AS DOUBLE) / 3600 AS measured
FROM measured
WHERE worked > CAST(ROUND(CAST(:late_intake_hours AS DOUBLE) * 3600) AS BIGINT)

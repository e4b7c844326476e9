-- What the clocks are fed with for a period: its rows as they stood at its end, and what the forms count beside them.
-- A wait for payment that began later had not stopped a clock yet.
-- No parameters; reads period_rows, and the variable `period`. Columns: those of lateness/clock_rows; agency_code, field, online_level, channel,
-- is_received (in the period).
CREATE OR REPLACE TEMP VIEW clock_rows AS
SELECT
    dossier_code,
    side AS fed_by,
    status_then AS status,
    received_at,
    due_at,
    end_at_then AS end_at,
    extension_count,
    supplement_count_then AS supplement_count,
    requested_at_then AS requested_at,
    completed_at_then AS completed_at,
    CASE
        WHEN supplement_count <= 1 THEN completed_at_then
        WHEN CAST(first_completed_at AS DATE) <= getvariable('period').ends_on THEN first_completed_at
    END AS reset_at,
    limit_amount,
    limit_unit,
    step_at,
    excludes_payment_wait
    AND COALESCE(CAST(step_at AS DATE) <= getvariable('period').ends_on, TRUE) AS excludes_payment_wait,
    late_starts_next_day,
    agency_code,
    field,
    online_level,
    channel,
    is_received
FROM period_rows

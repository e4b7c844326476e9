-- What the clocks of sql/lateness are fed with for a period: its rows as they stood at its end.
-- No parameters; reads period_rows. Columns: those of lateness/clock_rows (the law's own rules are not asked here).
CREATE TEMP VIEW clock_rows AS
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
    CAST(NULL AS TIMESTAMP) AS reset_at,
    limit_amount,
    limit_unit,
    CAST(NULL AS TIMESTAMP) AS step_at,
    FALSE AS excludes_payment_wait,
    FALSE AS late_starts_next_day
FROM period_rows

-- What the clocks are fed with for rows of the shop: columns of lateness/clock_rows, and what screening compares.
-- Waiting for payment is not asked here: only what has ended can be quiet. No parameters; reads staged_rows, procedures.
CREATE OR REPLACE TEMP VIEW clock_rows AS
SELECT
    staged_rows.* EXCLUDE (extension_count, supplement_count),
    'shop' AS fed_by,
    COALESCE(staged_rows.extension_count, 0) AS extension_count,
    COALESCE(staged_rows.supplement_count, 0) AS supplement_count,
    CASE
        WHEN COALESCE(staged_rows.supplement_count, 0) <= 1 THEN staged_rows.completed_at
        ELSE staged_rows.first_completed_at
    END AS reset_at,
    procedures.limit_amount,
    CASE WHEN procedures.limit_amount IS NOT NULL THEN procedures.limit_unit END AS limit_unit,
    FALSE AS excludes_payment_wait,
    COALESCE(procedures.late_starts_next_day, FALSE) AS late_starts_next_day
FROM staged_rows
LEFT JOIN procedures ON staged_rows.procedure_code = procedures.national_code
WHERE staged_rows.side = 'shop'

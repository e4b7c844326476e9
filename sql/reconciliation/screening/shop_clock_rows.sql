-- What the clocks are fed with for the shop's rows of a month (columns of lateness/clock_rows, and agency_final).
-- No parameters; reads staged_rows, procedures.
CREATE OR REPLACE TEMP VIEW clock_rows AS
SELECT
    staged_rows.dossier_code,
    staged_rows.agency_final,
    'shop' AS fed_by,
    staged_rows.status,
    staged_rows.received_at,
    staged_rows.due_at,
    staged_rows.end_at,
    COALESCE(staged_rows.extension_count, 0) AS extension_count,
    COALESCE(staged_rows.supplement_count, 0) AS supplement_count,
    staged_rows.requested_at,
    staged_rows.completed_at,
    CASE
        WHEN COALESCE(staged_rows.supplement_count, 0) <= 1 THEN staged_rows.completed_at
        ELSE staged_rows.first_completed_at
    END AS reset_at,
    procedures.limit_amount,
    CASE WHEN procedures.limit_amount IS NOT NULL THEN procedures.limit_unit END AS limit_unit
FROM staged_rows
LEFT JOIN procedures ON staged_rows.procedure_code = procedures.national_code
WHERE staged_rows.side = 'shop'

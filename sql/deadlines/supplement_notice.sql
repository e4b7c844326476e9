-- Supplements asked for later than the working days allowed after reception (NĐ 118/2025 Điều 19.5); of several requests
-- only the last is told, so that nothing is said about the first.
-- No parameters; reads dutiful_rows, calendar.
-- Columns: duty, dossier_code, agency_code, procedure_code, began_at, done_at (local), measured (working days).
CREATE OR REPLACE TEMP TABLE late_notices AS
SELECT
    'supplement_notice' AS duty,
    dutiful_rows.dossier_code,
    dutiful_rows.agency_code,
    dutiful_rows.procedure_code,
    dutiful_rows.received_at AS began_at,
    dutiful_rows.requested_at AS done_at,
    CAST(asked.working_index - received.working_index AS DOUBLE) AS measured
FROM dutiful_rows
INNER JOIN calendar AS received ON CAST(dutiful_rows.received_at AS DATE) = received.day
INNER JOIN calendar AS asked ON CAST(dutiful_rows.requested_at AS DATE) = asked.day
WHERE
    dutiful_rows.supplement_count <= 1
    AND asked.working_index - received.working_index > dutiful_rows.notice_days

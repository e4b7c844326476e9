-- What the clocks are fed with for a period, and what the indicators count beside them.
-- No parameters; reads period_rows. Columns: those of lateness/clock_rows (the law's reset is not asked here),
-- agency_code, is_received, days_to_end (of what is finished by now, whenever; else NULL), channel, online_payment, fee_total, has_result, has_result_code, is_reused, is_stored,
-- is_vneid, returns_document, is_full_process.
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
    CAST(NULL AS TIMESTAMP) AS reset_at,
    limit_amount,
    limit_unit,
    agency_code,
    is_received,
    CASE WHEN status IN (9, 10) THEN CAST(end_at AS DATE) - CAST(received_at AS DATE) END AS days_to_end,
    channel,
    online_payment,
    fee_total,
    has_result,
    has_result_code,
    is_reused,
    is_stored,
    is_vneid,
    returns_document,
    is_full_process
FROM period_rows

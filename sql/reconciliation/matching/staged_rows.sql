-- Every staged row of both sides in the form the tests need.
-- No parameters; reads shop_by_month, portal_by_month, sides.
-- Columns: side, the snapshot's own, and: month (partition the row stands in; NULL = matched in one go); instants as TIMESTAMP in local time (+07:00); NULL for what an absent
-- column cannot tell; requested_at / completed_at = the last supplement, NULL where it is ignored (asked before
-- reception, or completed before asked); end_at = finished_at, else returned_at; began_at = received_at, else
-- submitted_at; changed_at = time of the last change by the status (step_at first).
CREATE TEMP VIEW staged_rows AS
WITH both_sides AS (
    SELECT
        'shop' AS side,
        dossier_code,
        status,
        procedure_raw,
        procedure_code,
        procedure_issue,
        agency_code,
        agency_known,
        agency_ended,
        agency_final,
        received_at,
        submitted_at,
        due_at,
        finished_at,
        returned_at,
        step_at,
        supplement_count,
        supplement_requested_at,
        supplement_completed_at,
        first_supplement_completed_at,
        extension_count,
        channel,
        online_payment,
        fee_total,
        has_result,
        national_code,
        alternative_code,
        unit_code,
        month
    FROM shop_by_month
    UNION ALL
    SELECT
        'portal' AS side,
        dossier_code,
        status,
        procedure_raw,
        procedure_code,
        procedure_issue,
        agency_code,
        agency_known,
        agency_ended,
        agency_final,
        received_at,
        submitted_at,
        due_at,
        finished_at,
        returned_at,
        step_at,
        supplement_count,
        supplement_requested_at,
        supplement_completed_at,
        first_supplement_completed_at,
        extension_count,
        channel,
        online_payment,
        fee_total,
        has_result,
        national_code,
        alternative_code,
        unit_code,
        month
    FROM portal_by_month
),

local_rows AS (
    SELECT
        both_sides.side,
        both_sides.dossier_code,
        both_sides.status,
        both_sides.procedure_raw,
        both_sides.procedure_code,
        CASE WHEN sides.has_procedure THEN both_sides.procedure_issue END AS procedure_issue,
        both_sides.agency_code,
        both_sides.agency_known,
        both_sides.agency_ended,
        COALESCE(both_sides.agency_final, both_sides.agency_code) AS agency_final,
        local_time(both_sides.received_at) AS received_at,
        local_time(both_sides.submitted_at) AS submitted_at,
        local_time(both_sides.due_at) AS due_at,
        local_time(both_sides.finished_at) AS finished_at,
        local_time(both_sides.returned_at) AS returned_at,
        local_time(both_sides.step_at) AS step_at,
        CASE WHEN sides.has_supplements THEN both_sides.supplement_count END AS supplement_count,
        local_time(both_sides.supplement_requested_at) AS asked_at,
        local_time(both_sides.supplement_completed_at) AS answered_at,
        local_time(both_sides.first_supplement_completed_at) AS first_completed_at,
        CASE WHEN sides.has_extensions THEN both_sides.extension_count END AS extension_count,
        CASE WHEN sides.has_channel THEN both_sides.channel END AS channel,
        CASE WHEN sides.has_payment THEN both_sides.online_payment END AS online_payment,
        CASE WHEN sides.has_fee THEN both_sides.fee_total END AS fee_total,
        CASE WHEN sides.has_result THEN both_sides.has_result END AS has_result,
        both_sides.national_code,
        both_sides.alternative_code,
        both_sides.unit_code,
        both_sides.month
    FROM both_sides
    INNER JOIN sides ON both_sides.side = sides.side
),

supplemented_rows AS (
    SELECT
        *,
        CASE WHEN asked_at < received_at OR answered_at < asked_at THEN NULL ELSE asked_at END AS requested_at,
        CASE WHEN asked_at < received_at OR answered_at < asked_at THEN NULL ELSE answered_at END AS completed_at,
        COALESCE(finished_at, returned_at) AS end_at,
        COALESCE(received_at, submitted_at) AS began_at
    FROM local_rows
)

SELECT
    *,
    COALESCE(
        step_at,
        CASE
            WHEN status = 1 THEN submitted_at
            WHEN status IN (2, 6) THEN received_at
            WHEN status = 4 THEN COALESCE(completed_at, received_at)
            WHEN status = 5 THEN COALESCE(requested_at, received_at)
            WHEN status = 3 THEN COALESCE(finished_at, submitted_at)
            WHEN status IN (7, 8, 9) THEN end_at
            WHEN status = 10 THEN COALESCE(returned_at, finished_at)
        END
    ) AS changed_at
FROM supplemented_rows

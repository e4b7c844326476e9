-- Adds both rows of the dossiers that are left over in a month. A repeated key has been joined more than once: each of
-- its rows counts once, by its position.
-- No parameters; reads month_suspects. Columns: those of staged_rows.
INSERT INTO left_rows
SELECT DISTINCT
    'shop' AS side,
    shop_key AS dossier_code,
    status_shop AS status,
    procedure_raw_shop AS procedure_raw,
    procedure_code_shop AS procedure_code,
    procedure_issue_shop AS procedure_issue,
    agency_code_shop AS agency_code,
    agency_known_shop AS agency_known,
    agency_ended_shop AS agency_ended,
    agency_final_shop AS agency_final,
    received_at_shop AS received_at,
    submitted_at_shop AS submitted_at,
    due_at_shop AS due_at,
    finished_at_shop AS finished_at,
    returned_at_shop AS returned_at,
    step_at_shop AS step_at,
    supplement_count_shop AS supplement_count,
    asked_at_shop AS asked_at,
    answered_at_shop AS answered_at,
    first_completed_at_shop AS first_completed_at,
    extension_count_shop AS extension_count,
    channel_shop AS channel,
    online_payment_shop AS online_payment,
    fee_total_shop AS fee_total,
    has_result_shop AS has_result,
    national_code_shop AS national_code,
    alternative_code_shop AS alternative_code,
    unit_code_shop AS unit_code,
    source_file_shop AS source_file,
    source_row_shop AS source_row,
    requested_at_shop AS requested_at,
    completed_at_shop AS completed_at,
    end_at_shop AS end_at,
    began_at_shop AS began_at,
    changed_at_shop AS changed_at
FROM month_suspects
WHERE
    is_left
    AND shop_key IS NOT NULL
UNION ALL
SELECT DISTINCT
    'portal' AS side,
    portal_key AS dossier_code,
    status_portal AS status,
    procedure_raw_portal AS procedure_raw,
    procedure_code_portal AS procedure_code,
    procedure_issue_portal AS procedure_issue,
    agency_code_portal AS agency_code,
    agency_known_portal AS agency_known,
    agency_ended_portal AS agency_ended,
    agency_final_portal AS agency_final,
    received_at_portal AS received_at,
    submitted_at_portal AS submitted_at,
    due_at_portal AS due_at,
    finished_at_portal AS finished_at,
    returned_at_portal AS returned_at,
    step_at_portal AS step_at,
    supplement_count_portal AS supplement_count,
    asked_at_portal AS asked_at,
    answered_at_portal AS answered_at,
    first_completed_at_portal AS first_completed_at,
    extension_count_portal AS extension_count,
    channel_portal AS channel,
    online_payment_portal AS online_payment,
    fee_total_portal AS fee_total,
    has_result_portal AS has_result,
    national_code_portal AS national_code,
    alternative_code_portal AS alternative_code,
    unit_code_portal AS unit_code,
    source_file_portal AS source_file,
    source_row_portal AS source_row,
    requested_at_portal AS requested_at,
    completed_at_portal AS completed_at,
    end_at_portal AS end_at,
    began_at_portal AS began_at,
    changed_at_portal AS changed_at
FROM month_suspects
WHERE
    is_left
    AND portal_key IS NOT NULL

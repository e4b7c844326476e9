-- One row per side and dossier, as narrow as the indicators need it.
-- A row of the portal alone that belongs to another province is left out.
-- Parameters: :province_roots; reads counted_rows, procedures.
-- Columns: side, dossier_code, agency_code (final), the columns of the clocks, submitted_at, channel, online_payment,
-- fee_total, has_result, has_result_code, is_reused, is_stored, is_vneid, returns_document, is_full_process, limit_amount,
-- limit_unit (of the shop's procedure, else of the portal's); instants are local.
CREATE OR REPLACE TEMP TABLE side_rows AS
SELECT
    counted_rows.side,
    counted_rows.dossier_code,
    counted_rows.counting_agency AS agency_code,
    counted_rows.status,
    local_time(counted_rows.received_at) AS received_at,
    local_time(counted_rows.submitted_at) AS submitted_at,
    local_time(counted_rows.due_at) AS due_at,
    local_time(COALESCE(counted_rows.finished_at, counted_rows.returned_at)) AS end_at,
    counted_rows.extension_count,
    counted_rows.supplement_count,
    counted_rows.requested_at,
    counted_rows.completed_at,
    counted_rows.channel,
    counted_rows.online_payment,
    counted_rows.fee_total,
    COALESCE(counted_rows.has_result, FALSE) AS has_result,
    COALESCE(counted_rows.has_result_code, FALSE) AS has_result_code,
    COALESCE(counted_rows.is_digitised, FALSE) OR COALESCE(counted_rows.has_digitised_part, FALSE) AS is_reused,
    COALESCE(counted_rows.from_personal_store, FALSE) AS is_stored,
    COALESCE(counted_rows.is_vneid, FALSE) AS is_vneid,
    COALESCE(procedures.returns_document, TRUE) AS returns_document,
    COALESCE(procedures.online_level = 'toan_trinh', FALSE) AS is_full_process,
    procedures.limit_amount,
    CASE WHEN procedures.limit_amount IS NOT NULL THEN procedures.limit_unit END AS limit_unit
FROM counted_rows
LEFT JOIN procedures ON counted_rows.limiting_procedure = procedures.national_code
WHERE
    NOT counted_rows.is_lone_portal
    OR counted_rows.agency_code IS NULL
    OR LIST_CONTAINS(CAST(:province_roots AS VARCHAR[]), SPLIT_PART(counted_rows.agency_code, '.', 1))

-- One row per side and dossier, as narrow as the statutory forms need it.
-- A row of the portal alone that belongs to another province is left out.
-- Parameters: :province_roots; reads counted_rows, procedures.
-- Columns: side, dossier_code, agency_code (final), field (of the row's own procedure, else of the other side's; NULL =
-- not known), online_level, channel, the columns of the clocks (instants local), first_completed_at (completion of the first
-- supplement, where the list of them is there), limit_amount, limit_unit, step_at, excludes_payment_wait,
-- late_starts_next_day.
CREATE OR REPLACE TEMP TABLE side_rows AS
SELECT
    counted_rows.side,
    counted_rows.dossier_code,
    counted_rows.counting_agency AS agency_code,
    NULLIF(TRIM(own_procedures.field), '') AS field,
    own_procedures.online_level,
    counted_rows.channel,
    counted_rows.status,
    local_time(counted_rows.received_at) AS received_at,
    local_time(counted_rows.due_at) AS due_at,
    local_time(COALESCE(counted_rows.finished_at, counted_rows.returned_at)) AS end_at,
    COALESCE(counted_rows.extension_count, 0) AS extension_count,
    COALESCE(counted_rows.supplement_count, 0) AS supplement_count,
    counted_rows.requested_at,
    counted_rows.completed_at,
    local_time(counted_rows.first_supplement_completed_at) AS first_completed_at,
    limiting_procedures.limit_amount,
    CASE WHEN limiting_procedures.limit_amount IS NOT NULL THEN limiting_procedures.limit_unit END AS limit_unit,
    local_time(counted_rows.step_at) AS step_at,
    COALESCE(limiting_procedures.excludes_payment_wait, FALSE) AS excludes_payment_wait,
    COALESCE(limiting_procedures.late_starts_next_day, FALSE) AS late_starts_next_day
FROM counted_rows
LEFT JOIN procedures AS limiting_procedures
    ON counted_rows.limiting_procedure = limiting_procedures.national_code
LEFT JOIN procedures AS own_procedures
    ON COALESCE(counted_rows.procedure_code, counted_rows.limiting_procedure) = own_procedures.national_code
WHERE
    NOT counted_rows.is_lone_portal
    OR counted_rows.agency_code IS NULL
    OR LIST_CONTAINS(CAST(:province_roots AS VARCHAR[]), SPLIT_PART(counted_rows.agency_code, '.', 1))

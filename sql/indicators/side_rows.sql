-- One row per side and dossier, as narrow as the indicators need it.
-- A portal's row that the night paired under another code goes under the shop's code. A row of the portal alone that
-- belongs to another province is left out.
-- Parameters: :province_roots; reads single_rows, pairs (of the night), procedures.
-- Columns: side, dossier_code, agency_code (final; of a portal's row that names none the shop's), the columns of the
-- clocks, submitted_at, channel, online_payment, fee_total, has_result, has_result_code, is_reused, is_stored, is_vneid,
-- returns_document, is_full_process, limit_amount, limit_unit (of the shop's procedure, else of the portal's); instants are local.
CREATE OR REPLACE TEMP TABLE side_rows AS
WITH paired_keys AS (
    SELECT
        portal_key,
        dossier_code
    FROM pairs
    WHERE shop_key <> portal_key
),

portal_rows AS (
    SELECT
        single_rows.* EXCLUDE (dossier_code),
        COALESCE(paired_keys.dossier_code, single_rows.dossier_code) AS dossier_code
    FROM single_rows
    LEFT JOIN paired_keys ON single_rows.dossier_code = paired_keys.portal_key
    WHERE single_rows.side = 'portal'
),

shop_keys AS (
    SELECT
        dossier_code,
        procedure_code,
        COALESCE(agency_final, agency_code) AS agency_code
    FROM single_rows
    WHERE side = 'shop'
),

unmapped_keys AS (
    SELECT
        portal_rows.dossier_code,
        portal_rows.procedure_code
    FROM shop_keys
    INNER JOIN portal_rows ON shop_keys.dossier_code = portal_rows.dossier_code
    WHERE shop_keys.procedure_code IS NULL
),

counted_rows AS (
    SELECT
        single_rows.*,
        COALESCE(single_rows.procedure_code, unmapped_keys.procedure_code) AS limiting_procedure,
        COALESCE(single_rows.agency_final, single_rows.agency_code) AS counting_agency
    FROM single_rows
    LEFT JOIN unmapped_keys ON single_rows.dossier_code = unmapped_keys.dossier_code
    WHERE single_rows.side = 'shop'
    UNION ALL BY NAME
    SELECT
        portal_rows.*,
        COALESCE(shop_keys.procedure_code, portal_rows.procedure_code) AS limiting_procedure,
        COALESCE(portal_rows.agency_final, portal_rows.agency_code, shop_keys.agency_code) AS counting_agency
    FROM portal_rows
    LEFT JOIN shop_keys ON portal_rows.dossier_code = shop_keys.dossier_code
    WHERE
        shop_keys.dossier_code IS NOT NULL
        OR portal_rows.agency_code IS NULL
        OR LIST_CONTAINS(CAST(:province_roots AS VARCHAR[]), SPLIT_PART(portal_rows.agency_code, '.', 1))
)

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
    CASE
        WHEN NOT COALESCE(
            counted_rows.supplement_requested_at < counted_rows.received_at
            OR counted_rows.supplement_completed_at < counted_rows.supplement_requested_at,
            FALSE
        )
            THEN local_time(counted_rows.supplement_requested_at)
    END AS requested_at,
    CASE
        WHEN NOT COALESCE(
            counted_rows.supplement_requested_at < counted_rows.received_at
            OR counted_rows.supplement_completed_at < counted_rows.supplement_requested_at,
            FALSE
        )
            THEN local_time(counted_rows.supplement_completed_at)
    END AS completed_at,
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

-- View `judging`: `readings` with places and procedures canonical, the one rule that rejects the row (NULL = staged), and
-- the warnings that keep it (`discrepancy-rules` §3 agency and procedure, §4). Costly: `write_judged` asks it, once.
-- From `readings`, `circumstances`.
-- Columns: those of a staged row (`docs/data-contracts.md`), then rule, bad_dates, month (the partition of a row that is
-- staged, 'rejected' for another).
CREATE OR REPLACE VIEW judging AS
WITH dated AS (
    SELECT
        r.*,
        c.* EXCLUDE (business_date),
        COALESCE(r.finished_at, r.returned_at) AS end_at,
        COALESCE(CAST(r.received_at AS DATE), CAST(r.submitted_at AS DATE), c.business_date) AS reference_day
    FROM readings AS r
    CROSS JOIN circumstances AS c
),

placed AS (
    SELECT
        r.*,
        COALESCE(named.code, agency_of_old_spelling(r.agency_raw), r.agency_raw) AS agency_code,
        COALESCE(mapped.national_code, stem.national_code) AS procedure_code
    FROM dated AS r
    LEFT JOIN agency_spellings AS named
        ON
            named.spelling = r.agency_raw
            AND r.reference_day BETWEEN named.valid_from AND named.valid_to
    LEFT JOIN procedure_spellings AS mapped
        ON
            mapped.spelling = r.procedure_raw
            AND r.reference_day BETWEEN mapped.valid_from AND mapped.valid_to
    LEFT JOIN procedures AS stem
        ON
            stem.national_code = CASE
                WHEN mapped.national_code IS NULL THEN regexp_extract(r.procedure_raw, '^([0-9]\.[0-9]{6})(?:\.|$)', 1)
            END
),

known AS (
    SELECT
        p.*,
        a.code IS NOT NULL AS agency_known,
        COALESCE(a.valid_to < p.reference_day, FALSE) AS agency_ended,
        COALESCE(a.final_code, p.agency_code) AS agency_final,
        CASE
            WHEN p.procedure_absent THEN NULL
            WHEN p.procedure_raw IS NULL THEN 'blank'
            WHEN p.procedure_code IS NULL THEN 'unknown'
            WHEN n.valid_to < p.reference_day THEN 'retired'
        END AS procedure_issue,
        COALESCE(p.completed_at < p.requested_at, FALSE) AS is_backwards
    FROM placed AS p
    LEFT JOIN agencies AS a
        ON a.code = p.agency_code
    LEFT JOIN procedures AS n
        ON n.national_code = p.procedure_code
),

ruled AS (
    SELECT
        * EXCLUDE (requested_at, completed_at),
        CASE WHEN NOT is_backwards THEN requested_at END AS requested_at,
        CASE WHEN NOT is_backwards THEN completed_at END AS completed_at,
        CASE
            WHEN has_no_shape THEN 'row_shape'
            WHEN dossier_code IS NULL AND NOT is_code_withheld THEN 'code_missing'
            WHEN is_code_withheld OR NOT is_dossier_code(dossier_code) THEN 'code_malformed'
            WHEN status IS NULL THEN 'status_invalid'
            WHEN bad_dates <> '' THEN 'date_invalid'
            WHEN received_at > latest THEN 'received_in_future'
            WHEN end_at > latest THEN 'finished_in_future'
            WHEN CAST(end_at AS DATE) < CAST(received_at AS DATE) THEN 'finished_before_received'
        END AS rule,
        concat_ws(  -- in the order of their names
            ',',
            CASE
                WHEN agency_absent THEN NULL
                WHEN agency_raw IS NULL THEN 'agency_missing'
                WHEN NOT agency_known THEN 'agency_unknown'
            END,
            CASE WHEN channel IS NULL THEN 'channel_unknown' END,
            CASE WHEN is_other_code_withheld THEN 'code_withheld' END,
            CASE WHEN has_sentinel THEN 'date_sentinel' END,
            CASE WHEN due_at < received_at THEN 'due_before_received' END,
            CASE
                WHEN finished_at IS NULL AND status IN (9, 10) AND NOT finished_absent
                    THEN 'finished_at_missing'
            END,
            CASE
                WHEN end_at < received_at AND CAST(end_at AS DATE) = CAST(received_at AS DATE)
                    THEN 'finished_earlier_that_day'
            END,
            CASE WHEN has_unreadable_number THEN 'number_unreadable' END,
            CASE WHEN received_at IS NULL AND status NOT IN (1, 3, 7) THEN 'received_at_missing' END,
            CASE WHEN is_backwards OR has_backwards_element THEN 'supplement_backwards' END
        ) AS warned
    FROM known
)
SELECT
    dossier_code,
    code_raw,
    status,
    status_raw,
    procedure_raw,
    procedure_code,
    procedure_issue,
    agency_raw,
    agency_code,
    agency_known,
    agency_ended,
    agency_final,
    instant(received_at) AS received_at,
    instant(submitted_at) AS submitted_at,
    instant(due_at) AS due_at,
    instant(finished_at) AS finished_at,
    instant(returned_at) AS returned_at,
    instant(step_at) AS step_at,
    supplement_count,
    instant(requested_at) AS supplement_requested_at,
    instant(completed_at) AS supplement_completed_at,
    instant(first_completed_at) AS first_supplement_completed_at,
    extension_count,
    channel,
    online_payment,
    fee_total,
    has_result,
    national_code,
    alternative_code,
    unit_code,
    has_result_code,
    is_digitised,
    has_digitised_part,
    from_personal_store,
    is_vneid,
    source_file,
    source_row,
    record_id,
    CASE WHEN warned = '' THEN CAST([] AS VARCHAR[]) ELSE string_split(warned, ',') END AS warnings,
    rule,
    bad_dates,
    CASE
        WHEN rule IS NOT NULL THEN 'rejected'
        ELSE partition_month(COALESCE(received_at, submitted_at))
    END AS month
FROM ruled

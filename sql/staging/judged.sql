-- Table `judged`: `readings` with places and procedures canonical, the one rule that rejects the row (NULL = staged), and
-- the warnings that keep it (`discrepancy-rules` §3 agency and procedure, §4).
-- Parameters: business_date, extracted_at, future_tolerance_hours, agency_absent, finished_absent, procedure_absent
-- (the side has no such column: nothing is said about its values).
-- Columns: as `readings`, then agency_code, agency_known, agency_ended, agency_final, procedure_code, procedure_issue, rule,
-- warnings (sorted).
CREATE OR REPLACE TABLE judged AS
WITH placed AS (
    SELECT
        r.*,
        COALESCE(r.finished_at, r.returned_at) AS end_at,
        COALESCE(CAST(r.received_at AS DATE), CAST(r.submitted_at AS DATE), CAST(:business_date AS DATE)) AS reference_day,
        COALESCE(named.code, agency_of_old_spelling(r.agency_raw), r.agency_raw) AS agency_code,
        COALESCE(mapped.national_code, stem.national_code) AS procedure_code,
        (CAST(:extracted_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC')
        + INTERVAL 7 HOUR
        + to_microseconds(CAST(CAST(:future_tolerance_hours AS DOUBLE) * 3600000000 AS BIGINT)) AS latest
    FROM readings AS r
    LEFT JOIN agency_spellings AS named
        ON
            named.spelling = r.agency_raw
            AND COALESCE(CAST(r.received_at AS DATE), CAST(r.submitted_at AS DATE), CAST(:business_date AS DATE))
            BETWEEN named.valid_from AND named.valid_to
    LEFT JOIN procedure_spellings AS mapped
        ON
            mapped.spelling = r.procedure_raw
            AND COALESCE(CAST(r.received_at AS DATE), CAST(r.submitted_at AS DATE), CAST(:business_date AS DATE))
            BETWEEN mapped.valid_from AND mapped.valid_to
    LEFT JOIN procedures AS stem
        ON stem.national_code = regexp_extract(r.procedure_raw, '^([0-9]\.[0-9]{6})(?:\.|$)', 1)
),

known AS (
    SELECT
        p.*,
        a.code IS NOT NULL AS agency_known,
        COALESCE(a.valid_to < p.reference_day, FALSE) AS agency_ended,
        COALESCE(a.final_code, p.agency_code) AS agency_final,
        CASE
            WHEN CAST(:procedure_absent AS BOOLEAN) THEN NULL
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
)
SELECT
    * EXCLUDE (requested_at, completed_at, reference_day, latest, is_backwards),
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
    list_sort(
        list_filter(
            [
                CASE WHEN has_sentinel THEN 'date_sentinel' END,
                CASE WHEN received_at IS NULL AND status IN (2, 4, 5, 6, 8, 9, 10) THEN 'received_at_missing' END,
                CASE
                    WHEN finished_at IS NULL AND status IN (9, 10) AND NOT CAST(:finished_absent AS BOOLEAN)
                        THEN 'finished_at_missing'
                END,
                CASE WHEN due_at < received_at THEN 'due_before_received' END,
                CASE
                    WHEN CAST(:agency_absent AS BOOLEAN) THEN NULL
                    WHEN agency_raw IS NULL THEN 'agency_missing'
                    WHEN NOT agency_known THEN 'agency_unknown'
                END,
                CASE WHEN channel IS NULL THEN 'channel_unknown' END,
                CASE WHEN has_unreadable_number THEN 'number_unreadable' END,
                CASE WHEN is_backwards OR has_backwards_element THEN 'supplement_backwards' END,
                CASE WHEN is_other_code_withheld THEN 'code_withheld' END,
                CASE
                    WHEN end_at < received_at AND CAST(end_at AS DATE) = CAST(received_at AS DATE)
                        THEN 'finished_earlier_that_day'
                END
            ],
            LAMBDA warned: warned IS NOT NULL
        )
    ) AS warnings
FROM known

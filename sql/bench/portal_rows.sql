-- The portal's rows of the month as its snapshot holds them, those sent twice included, and those an earlier call left over.
-- No parameters; reads told, left_rows. Columns: those of a snapshot (docs/data-contracts.md). A repeated row stands in the
-- file gui-lai.csv.
CREATE OR REPLACE TEMP TABLE portal_rows AS
WITH single_rows AS (
    SELECT
        plant,
        code_portal AS dossier_code,
        code_raw_portal AS code_raw,
        CAST(status_portal AS TINYINT) AS status,
        CAST(status_portal AS VARCHAR) AS status_raw,
        procedure_code_portal AS procedure_raw,
        procedure_code_portal AS procedure_code,
        CAST(NULL AS VARCHAR) AS procedure_issue,
        agency_final_portal AS agency_raw,
        agency_final_portal AS agency_code,
        agency_known_portal AS agency_known,
        FALSE AS agency_ended,
        agency_final_portal AS agency_final,
        received_at_portal AT TIME ZONE 'Etc/GMT-7' AS received_at,
        submitted_at AT TIME ZONE 'Etc/GMT-7' AS submitted_at,
        due_at_portal AT TIME ZONE 'Etc/GMT-7' AS due_at,
        finished_at_portal AT TIME ZONE 'Etc/GMT-7' AS finished_at,
        returned_at_portal AT TIME ZONE 'Etc/GMT-7' AS returned_at,
        step_at_portal AT TIME ZONE 'Etc/GMT-7' AS step_at,
        CAST(supplement_count_portal AS INTEGER) AS supplement_count,
        requested_at_portal AT TIME ZONE 'Etc/GMT-7' AS supplement_requested_at,
        completed_at AT TIME ZONE 'Etc/GMT-7' AS supplement_completed_at,
        CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS first_supplement_completed_at,
        CAST(extension_count AS INTEGER) AS extension_count,
        CAST(channel_portal AS TINYINT) AS channel,
        CAST(online_payment_portal AS TINYINT) AS online_payment,
        CAST(fee_total_portal AS BIGINT) AS fee_total,
        has_result_portal AS has_result,
        CAST(NULL AS VARCHAR) AS national_code,
        CAST(NULL AS VARCHAR) AS alternative_code,
        CAST(NULL AS VARCHAR) AS unit_code,
        has_result_portal AS has_result_code,
        has_result_portal AS is_digitised,
        FALSE AS has_digitised_part,
        FALSE AS from_personal_store,
        channel_portal = 2 AS is_vneid,
        'ho-so-' || 1 + place_in_month // 100000 || '.csv' AS source_file,
        1 + place_in_month % 100000 AS source_row,
        CAST(NULL AS VARCHAR) AS record_id,
        CAST([] AS VARCHAR[]) AS warnings
    FROM told
    WHERE has_portal
)

SELECT * EXCLUDE (plant)
FROM single_rows
UNION ALL
SELECT
    * EXCLUDE (plant) REPLACE (
        CASE WHEN plant <> 'dp_status' THEN status WHEN status = 10 THEN 9 ELSE 10 END AS status,
        CASE WHEN plant = 'dp_other' THEN COALESCE(fee_total, 0) + 1000 ELSE fee_total END AS fee_total,
        'gui-lai.csv' AS source_file
    )
FROM single_rows
WHERE plant IN ('dp_same', 'dp_status', 'dp_other')
UNION ALL
SELECT *
FROM left_rows

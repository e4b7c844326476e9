-- The shop's rows of the month as its snapshot holds them, those sent twice included.
-- No parameters; reads told. Columns: those of a snapshot (docs/data-contracts.md). A repeated row stands in the file
-- gui-lai.csv.
CREATE OR REPLACE TEMP TABLE month_rows AS
WITH single_rows AS (
    SELECT
        plant,
        code_shop AS dossier_code,
        code_shop AS code_raw,
        CAST(status_shop AS TINYINT) AS status,
        CAST(status_shop AS VARCHAR) AS status_raw,
        procedure_raw_shop AS procedure_raw,
        procedure_code_shop AS procedure_code,
        procedure_issue_shop AS procedure_issue,
        agency_code_shop AS agency_raw,
        agency_code_shop AS agency_code,
        TRUE AS agency_known,
        agency_ended_shop AS agency_ended,
        agency_final_shop AS agency_final,
        received_at_shop AT TIME ZONE 'Etc/GMT-7' AS received_at,
        submitted_at AT TIME ZONE 'Etc/GMT-7' AS submitted_at,
        due_at_shop AT TIME ZONE 'Etc/GMT-7' AS due_at,
        finished_at_shop AT TIME ZONE 'Etc/GMT-7' AS finished_at,
        returned_at_shop AT TIME ZONE 'Etc/GMT-7' AS returned_at,
        step_at_shop AT TIME ZONE 'Etc/GMT-7' AS step_at,
        CAST(supplement_count_shop AS INTEGER) AS supplement_count,
        requested_at_shop AT TIME ZONE 'Etc/GMT-7' AS supplement_requested_at,
        completed_at AT TIME ZONE 'Etc/GMT-7' AS supplement_completed_at,
        CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS first_supplement_completed_at,
        CAST(extension_count AS INTEGER) AS extension_count,
        CAST(channel_shop AS TINYINT) AS channel,
        CAST(online_payment_shop AS TINYINT) AS online_payment,
        CAST(fee_total_shop AS BIGINT) AS fee_total,
        has_result_shop AS has_result,
        national_code_shop AS national_code,
        alternative_code_shop AS alternative_code,
        CAST(NULL AS VARCHAR) AS unit_code,
        has_result_shop AS has_result_code,
        has_result_shop AS is_digitised,
        FALSE AS has_digitised_part,
        FALSE AS from_personal_store,
        channel_shop = 2 AS is_vneid,
        'page-' || FORMAT('{:06d}', place_in_month // 1000) AS source_file,
        1 + place_in_month % 1000 AS source_row,
        CAST(NULL AS VARCHAR) AS record_id,
        CAST([] AS VARCHAR[]) AS warnings
    FROM told
    WHERE has_shop
)

SELECT * EXCLUDE (plant)
FROM single_rows
UNION ALL
SELECT
    * EXCLUDE (plant) REPLACE (
        CASE WHEN plant <> 'ds_status' THEN status WHEN status = 10 THEN 9 ELSE 10 END AS status,
        CASE WHEN plant = 'ds_other' THEN COALESCE(fee_total, 0) + 1000 ELSE fee_total END AS fee_total,
        'gui-lai.csv' AS source_file
    )
FROM single_rows
WHERE plant IN ('ds_same', 'ds_status', 'ds_other')

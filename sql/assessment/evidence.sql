-- What can be seen about each of tonight's discrepancies: the first that fits, in the order below.
-- A key that stands on a side more than once tells nothing there.
-- Parameters: :sync_border (local; what changed before it is older than the sync allowance); reads tonight, shop_rows,
-- portal_rows. Columns: those of tonight, code (of rules.causes), changed, portal_step (local), value.
CREATE TEMP TABLE evidence AS
WITH codes AS (
    SELECT DISTINCT dossier_code
    FROM tonight
    WHERE dossier_code <> ''
),

shop AS (
    SELECT
        shop_rows.dossier_code,
        ANY_VALUE(shop_rows.procedure_issue) AS procedure_issue,
        ANY_VALUE(shop_rows.procedure_raw) AS procedure_raw,
        ANY_VALUE(shop_rows.agency_known) AS agency_known,
        ANY_VALUE(shop_rows.agency_ended) AS agency_ended,
        ANY_VALUE(shop_rows.agency_code) AS agency_code,
        local_time(ANY_VALUE(shop_rows.step_at)) AS step_at,
        local_time(ANY_VALUE(shop_rows.received_at)) AS received_at,
        local_time(ANY_VALUE(shop_rows.supplement_completed_at)) AS completed_at,
        ANY_VALUE(shop_rows.extension_count) AS extension_count
    FROM shop_rows
    INNER JOIN codes ON shop_rows.dossier_code = codes.dossier_code
    GROUP BY shop_rows.dossier_code
    HAVING COUNT(*) = 1
),

portal AS (
    SELECT
        portal_rows.dossier_code,
        ANY_VALUE(portal_rows.procedure_raw) AS procedure_raw,
        ANY_VALUE(portal_rows.agency_code) AS agency_code,
        local_time(ANY_VALUE(portal_rows.step_at)) AS step_at,
        local_time(ANY_VALUE(portal_rows.received_at)) AS received_at,
        local_time(COALESCE(ANY_VALUE(portal_rows.finished_at), ANY_VALUE(portal_rows.returned_at))) AS end_at,
        local_time(ANY_VALUE(portal_rows.supplement_completed_at)) AS completed_at,
        ANY_VALUE(portal_rows.extension_count) AS extension_count
    FROM portal_rows
    INNER JOIN codes ON portal_rows.dossier_code = codes.dossier_code
    GROUP BY portal_rows.dossier_code
    HAVING COUNT(*) = 1
),

facts AS (
    SELECT
        tonight.*,
        local_time(tonight.since) AS changed,
        shop.dossier_code IS NOT NULL AS in_shop,
        shop.procedure_issue,
        shop.agency_known,
        shop.agency_ended,
        shop.step_at AS shop_step,
        portal.step_at AS portal_step,
        portal.received_at AS portal_received,
        portal.end_at AS portal_end,
        COALESCE(shop.extension_count > portal.extension_count, FALSE)
        OR (shop.completed_at IS NOT NULL AND portal.completed_at IS NULL) AS has_more_changes,
        COALESCE(shop.procedure_raw, portal.procedure_raw) AS procedure_raw,
        COALESCE(shop.agency_code, portal.agency_code) AS own_agency,
        COALESCE(local_time(tonight.since) >= CAST(:sync_border AS TIMESTAMP), FALSE) AS is_fresh
    FROM tonight
    LEFT JOIN shop ON tonight.dossier_code = shop.dossier_code
    LEFT JOIN portal ON tonight.dossier_code = portal.dossier_code
),

coded AS (
    SELECT
        *,
        CASE
            WHEN subtype IN ('timezone_7h', 'clock_12h') THEN 'wrong_clock'
            WHEN kind = 'procedure_unmapped' THEN 'unmapped'
            WHEN kind = 'agency_legacy_code' THEN 'agency_ended'
            WHEN kind = 'missing_on_portal' AND procedure_issue IS NOT NULL THEN 'not_sent_unmapped'
            WHEN kind = 'missing_on_portal' AND (NOT agency_known OR agency_ended) THEN 'not_sent_agency'
            WHEN kind = 'missing_on_portal' THEN 'not_sent'
            WHEN kind = 'missing_in_shop' THEN 'not_pulled'
            WHEN kind = 'code_substituted' THEN 'code_changed'
            WHEN kind = 'duplicate_on_portal' THEN 'sent_twice'
            WHEN kind = 'duplicate_in_shop' THEN 'entered_twice'
            WHEN subtype IN ('swapped_3_8', 'swapped_1_2', 'masked_as_9') THEN 'status_map'
            WHEN kind = 'status_conflict' AND subtype = 'portal_ahead' AND portal_step > shop_step THEN 'not_clicked'
            WHEN kind = 'lateness_disagreement' THEN 'other_rule'
            WHEN kind = 'stuck' AND subtype = 'payment' THEN 'waits_for_payment'
            WHEN kind IN ('stuck', 'late_intake', 'second_supplement', 'second_extension') THEN 'duty'
            WHEN kind = 'result_missing' AND subtype = 'not_digitised' THEN 'not_digitised'
            WHEN kind = 'result_missing' THEN 'result_not_sent'
            WHEN
                (kind IN ('finished_not_synced', 'status_lag') OR subtype = 'return_not_synced')
                AND portal_step > changed
                THEN 'portal_kept'
            WHEN kind IN ('finished_not_synced', 'status_lag') AND procedure_issue IS NOT NULL THEN 'not_sent_unmapped'
            WHEN kind IN ('finished_not_synced', 'status_lag') AND shop_step IS NULL THEN 'no_step_time'
            WHEN kind IN ('finished_not_synced', 'status_lag') OR subtype = 'return_not_synced' THEN 'step_not_sent'
            WHEN dossier_code <> '' AND in_shop AND is_fresh THEN 'still_on_its_way'
            WHEN kind = 'due_at_mismatch' AND has_more_changes THEN 'change_not_sent'
            WHEN
                (kind = 'received_at_mismatch' AND ABS(EPOCH(portal_received) - EPOCH(portal_step)) <= 60)
                OR (kind = 'finished_at_mismatch' AND ABS(EPOCH(portal_end) - EPOCH(portal_step)) <= 60)
                THEN CASE WHEN portal_step > changed THEN 'time_of_sync' ELSE 'differs' END
            ELSE 'differs'
        END AS code
    FROM facts
)

SELECT
    coded.* EXCLUDE (
        in_shop,
        procedure_issue,
        agency_known,
        agency_ended,
        shop_step,
        portal_received,
        portal_end,
        has_more_changes,
        procedure_raw,
        own_agency,
        is_fresh
    ),
    COALESCE(
        CASE
            WHEN coded.code IN ('unmapped', 'not_sent_unmapped') THEN coded.procedure_raw
            WHEN coded.code IN ('agency_ended', 'not_sent_agency') THEN coded.own_agency
        END,
        '(trống)'
    ) AS value
FROM coded

-- What tonight proves about pending discrepancies that it did not see. In doubt, nothing: what rests on the sync allowance
-- or on a pair found by crosswalk, and what was not compared, stays as it is (rules, paragraph "Lifecycle").
-- Reads prior_state, tonight, unknown, the relations shop_rows, portal_rows (snapshots) and rejections.
-- Parameters: not_compared_kinds (list of kinds the run did not evaluate), scope_edge (last day on which a lone dossier is
-- out of scope), province_roots, secret_agencies, secret_procedures, hidden_codes (dossiers that became secret),
-- portal_is_listed (false: a dossier that the portal does not name may still be there).
-- Columns: fingerprint, finding (rules/lifecycle.py), by_kind (what supersedes it).
WITH unseen AS (
    SELECT
        prior_state.fingerprint,
        prior_state.kind,
        prior_state.dossier_code,
        prior_state.agency_code,
        prior_state.procedure_code,
        prior_state.began_on
    FROM prior_state
    LEFT JOIN tonight
        ON prior_state.fingerprint = tonight.fingerprint
    WHERE
        tonight.fingerprint IS NULL
        AND prior_state.state IN ('open', 'acknowledged', 'accepted', 'reopened', 'superseded')
        AND NOT LIST_CONTAINS(CAST(:not_compared_kinds AS VARCHAR[]), prior_state.kind)
),

codes AS (
    SELECT DISTINCT dossier_code
    FROM unseen
),

shop AS (
    SELECT
        shop_rows.dossier_code,
        COUNT(*) AS row_count,
        ANY_VALUE(shop_rows.status) AS status,
        BOOL_AND(COALESCE(shop_rows.has_result, FALSE)) AS has_result
    FROM shop_rows
    INNER JOIN codes
        ON shop_rows.dossier_code = codes.dossier_code
    GROUP BY shop_rows.dossier_code
),

portal AS (
    SELECT
        portal_rows.dossier_code,
        COUNT(*) AS row_count,
        ANY_VALUE(portal_rows.status) AS status,
        BOOL_AND(COALESCE(portal_rows.has_result, FALSE)) AS has_result
    FROM portal_rows
    INNER JOIN codes
        ON portal_rows.dossier_code = codes.dossier_code
    GROUP BY portal_rows.dossier_code
),

named_codes AS (
    SELECT
        dossier_code,
        UNNEST([national_code, alternative_code, unit_code]) AS named_code
    FROM shop_rows
    UNION ALL
    SELECT
        dossier_code,
        UNNEST([national_code, alternative_code, unit_code]) AS named_code
    FROM portal_rows
),

crossed_codes AS (
    SELECT dossier_code
    FROM named_codes
    WHERE named_code IS NOT NULL
    UNION
    SELECT named_code
    FROM named_codes
    WHERE named_code IS NOT NULL
),

doubtful_codes AS (
    SELECT dossier_code
    FROM tonight
    WHERE
        kind IN ('duplicate_in_shop', 'duplicate_on_portal')
        AND subtype <> 'identical'
    UNION
    SELECT dossier_code
    FROM unknown
    WHERE reason IN ('not_asked', 'look_up_failed')
    UNION
    SELECT rejections.dossier_code
    FROM rejections
    LEFT JOIN shop
        ON
            rejections.side = 'shop'
            AND rejections.dossier_code = shop.dossier_code
    LEFT JOIN portal
        ON
            rejections.side = 'portal'
            AND rejections.dossier_code = portal.dossier_code
    WHERE
        rejections.dossier_code IS NOT NULL
        AND shop.dossier_code IS NULL
        AND portal.dossier_code IS NULL
),

told AS (
    SELECT
        dossier_code,
        MIN(kind) FILTER (WHERE kind IN ('finished_not_synced', 'status_conflict', 'status_lag')) AS by_status,
        MAX(kind) FILTER (WHERE kind IN ('received_at_mismatch', 'due_at_mismatch', 'finished_at_mismatch')) AS by_date,
        MIN(kind) FILTER (WHERE kind = 'procedure_unmapped') AS by_procedure,
        MIN(kind) FILTER (WHERE kind IN ('missing_in_shop', 'missing_on_portal')) AS by_absence,
        MIN(kind) FILTER (WHERE kind = 'code_substituted') AS by_code
    FROM (
        SELECT
            dossier_code,
            kind
        FROM tonight
        UNION ALL
        SELECT
            value_portal AS dossier_code,
            kind
        FROM tonight
        WHERE kind = 'code_substituted'
    )
    GROUP BY dossier_code
),

judged AS (
    SELECT
        unseen.fingerprint,
        unseen.kind,
        shop.row_count AS shop_count,
        portal.row_count AS portal_count,
        shop.status AS status_shop,
        portal.status AS status_portal,
        shop.has_result AS result_shop,
        portal.has_result AS result_portal,
        shop.row_count IS NOT NULL AND portal.row_count IS NOT NULL AS is_pair,
        (shop.row_count IS NULL) <> (portal.row_count IS NULL)
        AND crossed_codes.dossier_code IS NOT NULL AS is_crossed,
        shop.row_count IS NULL AND portal.row_count IS NULL AS is_absent,
        crossed_codes.dossier_code IS NOT NULL AS is_named,
        CASE
            WHEN unseen.kind IN ('missing_in_shop', 'missing_on_portal')
                THEN COALESCE(told.by_code, told.by_absence)
            WHEN unseen.kind IN ('finished_not_synced', 'status_lag', 'status_conflict')
                THEN COALESCE(told.by_absence, told.by_status)
            WHEN unseen.kind = 'lateness_disagreement'
                THEN COALESCE(told.by_absence, told.by_status, told.by_date)
            WHEN unseen.kind = 'procedure_mismatch'
                THEN COALESCE(told.by_absence, told.by_procedure)
            WHEN unseen.kind IN (
                'received_at_mismatch', 'due_at_mismatch', 'finished_at_mismatch', 'channel_mismatch',
                'agency_mismatch', 'payment_mismatch', 'code_substituted'
            )
                THEN told.by_absence
        END AS by_kind,
        LIST_CONTAINS(CAST(:hidden_codes AS VARCHAR[]), unseen.dossier_code)
        OR COALESCE(LIST_CONTAINS(CAST(:secret_agencies AS VARCHAR[]), unseen.agency_code), FALSE)
        OR COALESCE(LIST_CONTAINS(CAST(:secret_procedures AS VARCHAR[]), unseen.procedure_code), FALSE)
        OR (
            COALESCE(unseen.began_on <= CAST(:scope_edge AS DATE), FALSE)
            AND (is_absent OR (unseen.kind IN ('missing_in_shop', 'missing_on_portal') AND NOT is_pair))
        )
        OR (
            shop.row_count IS NULL
            AND unseen.kind IN ('missing_in_shop', 'procedure_unmapped', 'agency_legacy_code')
            AND NOT COALESCE(
                LIST_CONTAINS(CAST(:province_roots AS VARCHAR[]), SPLIT_PART(unseen.agency_code, '.', 1)), TRUE
            )
        ) AS is_outside
    FROM unseen
    LEFT JOIN doubtful_codes
        ON unseen.dossier_code = doubtful_codes.dossier_code
    LEFT JOIN shop
        ON unseen.dossier_code = shop.dossier_code
    LEFT JOIN portal
        ON unseen.dossier_code = portal.dossier_code
    LEFT JOIN crossed_codes
        ON unseen.dossier_code = crossed_codes.dossier_code
    LEFT JOIN told
        ON unseen.dossier_code = told.dossier_code
    WHERE
        doubtful_codes.dossier_code IS NULL
        AND unseen.dossier_code <> ''
),

decided AS (
    SELECT
        fingerprint,
        by_kind,
        is_outside,
        is_crossed,
        is_absent AND NOT is_named AND CAST(:portal_is_listed AS BOOLEAN) AS is_gone,
        CASE
            WHEN kind IN ('missing_on_portal', 'missing_in_shop', 'code_substituted')
                THEN is_pair
            WHEN kind IN ('finished_not_synced', 'status_lag', 'status_conflict')
                THEN is_pair AND status_shop = status_portal
            WHEN kind = 'lateness_disagreement'
                THEN is_pair AND status_shop = status_portal
            WHEN kind = 'finished_at_mismatch'
                THEN is_pair AND status_shop BETWEEN 7 AND 10 AND status_portal BETWEEN 7 AND 10
            WHEN kind = 'procedure_mismatch'
                THEN is_pair
            WHEN kind IN (
                'received_at_mismatch', 'due_at_mismatch', 'channel_mismatch', 'agency_mismatch', 'payment_mismatch'
            )
                THEN is_pair
            WHEN kind = 'duplicate_in_shop'
                THEN shop_count = 1
            WHEN kind = 'duplicate_on_portal'
                THEN portal_count = 1
            WHEN kind IN ('procedure_unmapped', 'agency_legacy_code')
                THEN shop_count IS NOT NULL OR portal_count IS NOT NULL
            WHEN kind = 'result_missing'
                THEN
                    shop_count IS NOT NULL
                    AND (
                        status_shop NOT IN (9, 10)
                        OR (result_shop AND (portal_count IS NULL OR status_portal NOT IN (9, 10) OR result_portal))
                    )
            WHEN kind IN ('stuck', 'late_intake', 'second_supplement', 'second_extension')
                THEN shop_count IS NOT NULL
            ELSE FALSE
        END AS is_over
    FROM judged
)

SELECT
    fingerprint,
    CASE
        WHEN is_outside
            THEN 'left_scope'
        WHEN by_kind IS NOT NULL
            THEN 'superseded'
        WHEN is_over
            THEN 'resolved'
        ELSE 'gone'
    END AS finding,
    CASE WHEN NOT is_outside THEN by_kind END AS by_kind
FROM decided
WHERE is_outside OR by_kind IS NOT NULL OR (NOT is_crossed AND (is_over OR is_gone))
ORDER BY fingerprint

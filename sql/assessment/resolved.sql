-- Which open discrepancies were compared again tonight and surely no longer differ. In doubt, not: what rests on the
-- sync allowance, on a pair found by crosswalk, or is hidden by another kind stays open (rules, paragraph "Lifecycle").
-- Reads prior_state, tonight, unknown, the relations shop_rows, portal_rows (snapshots) and rejections.
-- Parameters: not_compared_kinds (list of kinds the run did not evaluate). Columns: fingerprint.
WITH gone AS (
    SELECT
        prior_state.fingerprint,
        prior_state.kind,
        prior_state.dossier_code
    FROM prior_state
    LEFT JOIN tonight
        ON prior_state.fingerprint = tonight.fingerprint
    WHERE
        tonight.fingerprint IS NULL
        AND NOT LIST_CONTAINS(CAST(:not_compared_kinds AS VARCHAR[]), prior_state.kind)
),

codes AS (
    SELECT DISTINCT dossier_code
    FROM gone
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

hidden AS (
    SELECT
        dossier_code,
        BOOL_OR(kind IN ('received_at_mismatch', 'due_at_mismatch', 'finished_at_mismatch')) AS by_date,
        BOOL_OR(kind = 'procedure_unmapped') AS by_procedure
    FROM tonight
    GROUP BY dossier_code
),

judged AS (
    SELECT
        gone.fingerprint,
        gone.kind,
        shop.row_count AS shop_count,
        portal.row_count AS portal_count,
        shop.status AS status_shop,
        portal.status AS status_portal,
        shop.has_result AS result_shop,
        portal.has_result AS result_portal,
        shop.row_count IS NOT NULL AND portal.row_count IS NOT NULL AS is_pair,
        (shop.row_count IS NULL) <> (portal.row_count IS NULL)
        AND crossed_codes.dossier_code IS NOT NULL AS is_crossed,
        COALESCE(hidden.by_date, FALSE) AS by_date,
        COALESCE(hidden.by_procedure, FALSE) AS by_procedure
    FROM gone
    LEFT JOIN doubtful_codes
        ON gone.dossier_code = doubtful_codes.dossier_code
    LEFT JOIN shop
        ON gone.dossier_code = shop.dossier_code
    LEFT JOIN portal
        ON gone.dossier_code = portal.dossier_code
    LEFT JOIN crossed_codes
        ON gone.dossier_code = crossed_codes.dossier_code
    LEFT JOIN hidden
        ON gone.dossier_code = hidden.dossier_code
    WHERE doubtful_codes.dossier_code IS NULL
)

SELECT fingerprint
FROM judged
WHERE
    NOT is_crossed
    AND CASE
        WHEN kind IN ('missing_on_portal', 'missing_in_shop', 'code_substituted')
            THEN is_pair
        WHEN kind IN ('finished_not_synced', 'status_lag', 'status_conflict')
            THEN is_pair AND status_shop = status_portal
        WHEN kind = 'lateness_disagreement'
            THEN is_pair AND status_shop = status_portal AND NOT by_date
        WHEN kind = 'finished_at_mismatch'
            THEN is_pair AND status_shop BETWEEN 7 AND 10 AND status_portal BETWEEN 7 AND 10
        WHEN kind = 'procedure_mismatch'
            THEN is_pair AND NOT by_procedure
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
    END
ORDER BY fingerprint

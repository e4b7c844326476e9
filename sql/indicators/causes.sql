-- How many dossiers make each indicator differ, by agency of either side and cause.
-- The cause is the first kind the dossier has that fits what differs; else the circumstance: nothing was compared; one
-- side alone, at the edge of the scope or within the allowance; statuses that differ within the allowance; another field
-- that differs; else unexplained.
-- Parameters: :shop_complete, :portal_complete (that side's silence proves something), :scope_edge (day); reads changes,
-- fits, found (dossier_code, kind, technical), unknown (dossier_code), side_rows.
-- Columns: indicator, agency_shop, agency_portal, is_apart (both count it, for different agencies), cause_apart (for a
-- unit that has one of the two agencies), cause_together (for a unit that has both; NULL = no difference there),
-- technical_apart, technical_together (that cause is a technical discrepancy), dossiers, part_shop, whole_shop, part_portal, whole_portal (sums).
WITH aspects AS (
    SELECT
        *,
        whole_shop = 1 AND whole_portal = 1 AND agency_shop IS DISTINCT FROM agency_portal AS is_apart,
        CASE
            WHEN whole_shop <> whole_portal THEN 'membership'
            WHEN part_shop <> part_portal THEN 'count'
        END AS aspect
    FROM changes
),

fitting AS (
    SELECT
        changes.dossier_code,
        changes.indicator,
        fits.aspect,
        ARG_MIN(fits.kind, fits.place) AS kind,
        ARG_MIN(found.technical, fits.place) AS technical
    FROM changes
    INNER JOIN found ON changes.dossier_code = found.dossier_code
    INNER JOIN fits
        ON
            changes.indicator = fits.indicator
            AND found.kind = fits.kind
    GROUP BY
        changes.dossier_code,
        changes.indicator,
        fits.aspect
),

changed_dossiers AS (
    SELECT DISTINCT dossier_code
    FROM changes
),

shop_rows AS (
    SELECT side_rows.*
    FROM side_rows
    SEMI JOIN changed_dossiers ON side_rows.dossier_code = changed_dossiers.dossier_code
    WHERE side_rows.side = 'shop'
),

portal_rows AS (
    SELECT side_rows.*
    FROM side_rows
    SEMI JOIN changed_dossiers ON side_rows.dossier_code = changed_dossiers.dossier_code
    WHERE side_rows.side = 'portal'
),

unknown_dossiers AS (
    SELECT DISTINCT dossier_code
    FROM unknown
),

circumstances AS (
    SELECT
        changed_dossiers.dossier_code,
        CASE
            WHEN
                unknown_dossiers.dossier_code IS NOT NULL
                OR (shop_rows.dossier_code IS NULL AND NOT CAST(:shop_complete AS BOOLEAN))
                OR (portal_rows.dossier_code IS NULL AND NOT CAST(:portal_complete AS BOOLEAN))
                THEN 'not_compared'
            WHEN
                (shop_rows.dossier_code IS NULL OR portal_rows.dossier_code IS NULL)
                AND CAST(
                    COALESCE(
                        shop_rows.received_at, shop_rows.submitted_at, portal_rows.received_at, portal_rows.submitted_at
                    ) AS DATE
                ) <= CAST(:scope_edge AS DATE)
                THEN 'out_of_scope'
            WHEN shop_rows.dossier_code IS NULL OR portal_rows.dossier_code IS NULL THEN 'in_flight'
            WHEN shop_rows.status <> portal_rows.status THEN 'in_flight'
        END AS circumstance,
        shop_rows.received_at IS DISTINCT FROM portal_rows.received_at
        OR shop_rows.end_at IS DISTINCT FROM portal_rows.end_at
        OR shop_rows.due_at IS DISTINCT FROM portal_rows.due_at
        OR shop_rows.supplement_count IS DISTINCT FROM portal_rows.supplement_count
        OR shop_rows.requested_at IS DISTINCT FROM portal_rows.requested_at
        OR shop_rows.completed_at IS DISTINCT FROM portal_rows.completed_at AS times_differ,
        shop_rows.channel IS DISTINCT FROM portal_rows.channel
        OR shop_rows.online_payment IS DISTINCT FROM portal_rows.online_payment
        OR shop_rows.fee_total IS DISTINCT FROM portal_rows.fee_total
        OR shop_rows.has_result IS DISTINCT FROM portal_rows.has_result
        OR shop_rows.has_result_code IS DISTINCT FROM portal_rows.has_result_code
        OR shop_rows.is_reused IS DISTINCT FROM portal_rows.is_reused
        OR shop_rows.is_stored IS DISTINCT FROM portal_rows.is_stored
        OR shop_rows.is_vneid IS DISTINCT FROM portal_rows.is_vneid AS marks_differ
    FROM changed_dossiers
    LEFT JOIN shop_rows ON changed_dossiers.dossier_code = shop_rows.dossier_code
    LEFT JOIN portal_rows ON changed_dossiers.dossier_code = portal_rows.dossier_code
    LEFT JOIN unknown_dossiers ON changed_dossiers.dossier_code = unknown_dossiers.dossier_code
),

caused AS (
    SELECT
        aspects.*,
        CASE
            WHEN aspects.is_apart
                THEN COALESCE(of_place.kind, circumstances.circumstance, 'other_field')
        END AS cause_apart,
        CASE
            WHEN aspects.aspect IS NOT NULL
                THEN COALESCE(
                    of_aspect.kind,
                    circumstances.circumstance,
                    CASE
                        WHEN circumstances.times_differ THEN 'other_field'
                        WHEN
                            circumstances.marks_differ
                            AND aspects.indicator NOT IN ('PROGRESS_ON_TIME', 'DOSSIER_RECEIVING_SATISFACTION')
                            THEN 'other_field'
                        ELSE 'unexplained'
                    END
                )
        END AS cause_together,
        aspects.is_apart AND COALESCE(of_place.technical, FALSE) AS technical_apart,
        COALESCE(of_aspect.technical, FALSE) AS technical_together
    FROM aspects
    INNER JOIN circumstances ON aspects.dossier_code = circumstances.dossier_code
    LEFT JOIN fitting AS of_place
        ON
            aspects.dossier_code = of_place.dossier_code
            AND aspects.indicator = of_place.indicator
            AND of_place.aspect = 'place'
    LEFT JOIN fitting AS of_aspect
        ON
            aspects.dossier_code = of_aspect.dossier_code
            AND aspects.indicator = of_aspect.indicator
            AND aspects.aspect = of_aspect.aspect
)

SELECT
    indicator,
    agency_shop,
    agency_portal,
    is_apart,
    cause_apart,
    cause_together,
    technical_apart,
    technical_together,
    COUNT(*) AS dossiers,
    CAST(SUM(part_shop) AS BIGINT) AS part_shop,
    CAST(SUM(whole_shop) AS BIGINT) AS whole_shop,
    CAST(SUM(part_portal) AS BIGINT) AS part_portal,
    CAST(SUM(whole_portal) AS BIGINT) AS whole_portal
FROM caused
GROUP BY ALL
ORDER BY ALL

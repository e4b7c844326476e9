-- Every dossier and indicator whose sides count differently: another agency, numerator or denominator.
-- No parameters; reads contributions. Columns: dossier_code, indicator, agency_shop, agency_portal, part_shop,
-- whole_shop, part_portal, whole_portal (0 or 1).
CREATE OR REPLACE TEMP TABLE changes AS
WITH shop_counts AS (
    SELECT *
    FROM contributions
    WHERE side = 'shop'
),

portal_counts AS (
    SELECT *
    FROM contributions
    WHERE side = 'portal'
),

differing_dossiers AS (
    SELECT
        COALESCE(shop_counts.dossier_code, portal_counts.dossier_code) AS dossier_code,
        shop_counts.agency_code AS agency_shop,
        portal_counts.agency_code AS agency_portal,
        shop_counts.dossier_code IS NOT NULL AS s,
        portal_counts.dossier_code IS NOT NULL AS p,
        COALESCE(shop_counts.received, FALSE) AS s_received,
        COALESCE(portal_counts.received, FALSE) AS p_received,
        COALESCE(shop_counts.fee, FALSE) AS s_fee,
        COALESCE(portal_counts.fee, FALSE) AS p_fee,
        COALESCE(shop_counts.on_time, FALSE) AS s_on_time,
        COALESCE(portal_counts.on_time, FALSE) AS p_on_time,
        COALESCE(shop_counts.online, FALSE) AS s_online,
        COALESCE(portal_counts.online, FALSE) AS p_online,
        COALESCE(shop_counts.full_process, FALSE) AS s_full_process,
        COALESCE(portal_counts.full_process, FALSE) AS p_full_process,
        COALESCE(shop_counts.full_online, FALSE) AS s_full_online,
        COALESCE(portal_counts.full_online, FALSE) AS p_full_online,
        COALESCE(shop_counts.paid, FALSE) AS s_paid,
        COALESCE(portal_counts.paid, FALSE) AS p_paid,
        COALESCE(shop_counts.result, FALSE) AS s_result,
        COALESCE(portal_counts.result, FALSE) AS p_result,
        COALESCE(shop_counts.reused, FALSE) AS s_reused,
        COALESCE(portal_counts.reused, FALSE) AS p_reused,
        COALESCE(shop_counts.stored, FALSE) AS s_stored,
        COALESCE(portal_counts.stored, FALSE) AS p_stored,
        COALESCE(shop_counts.vneid, FALSE) AS s_vneid,
        COALESCE(portal_counts.vneid, FALSE) AS p_vneid
    FROM shop_counts
    FULL JOIN portal_counts ON shop_counts.dossier_code = portal_counts.dossier_code
    WHERE
        shop_counts.dossier_code IS NULL
        OR portal_counts.dossier_code IS NULL
        OR shop_counts.agency_code IS DISTINCT FROM portal_counts.agency_code
        OR shop_counts.received <> portal_counts.received
        OR shop_counts.fee <> portal_counts.fee
        OR shop_counts.on_time <> portal_counts.on_time
        OR shop_counts.online <> portal_counts.online
        OR shop_counts.full_process <> portal_counts.full_process
        OR shop_counts.full_online <> portal_counts.full_online
        OR shop_counts.paid <> portal_counts.paid
        OR shop_counts.result <> portal_counts.result
        OR shop_counts.reused <> portal_counts.reused
        OR shop_counts.stored <> portal_counts.stored
        OR shop_counts.vneid <> portal_counts.vneid
),

counted_dossiers AS (
    SELECT
        dossier_code,
        agency_shop,
        agency_portal,
        UNNEST([
            {
                'indicator': 'DOSSIER_SYNC',
                'part_shop': s_received, 'whole_shop': s_received,
                'part_portal': p_received, 'whole_portal': p_received
            },
            {
                'indicator': 'PROGRESS_ON_TIME',
                'part_shop': s_on_time, 'whole_shop': s,
                'part_portal': p_on_time, 'whole_portal': p
            },
            {
                'indicator': 'ONLINE_DOSSIERS',
                'part_shop': s_online, 'whole_shop': s_received,
                'part_portal': p_online, 'whole_portal': p_received
            },
            {
                'indicator': 'FULL_PROCESS_DOSSIERS',
                'part_shop': s_full_online, 'whole_shop': s_full_process,
                'part_portal': p_full_online, 'whole_portal': p_full_process
            },
            {
                'indicator': 'DOSSIERS_PAID_ONLINE',
                'part_shop': s_paid, 'whole_shop': s_fee,
                'part_portal': p_paid, 'whole_portal': p_fee
            },
            {
                'indicator': 'ORIGINAL_RESULT_AVAILABLE',
                'part_shop': s_result, 'whole_shop': s,
                'part_portal': p_result, 'whole_portal': p
            },
            {
                'indicator': 'REUSED_DIGITIZED_DATA',
                'part_shop': s_reused, 'whole_shop': s,
                'part_portal': p_reused, 'whole_portal': p
            },
            {
                'indicator': 'SYNCED_WITH_DVCQG_PERSONAL_STORAGE',
                'part_shop': s_stored, 'whole_shop': s,
                'part_portal': p_stored, 'whole_portal': p
            },
            {
                'indicator': 'CITIZEN_DATA_CONNECTED_DOSSIER',
                'part_shop': s_vneid, 'whole_shop': s,
                'part_portal': p_vneid, 'whole_portal': p
            },
            {
                'indicator': 'DOSSIER_RECEIVING_SATISFACTION',
                'part_shop': s_on_time, 'whole_shop': s,
                'part_portal': p_on_time, 'whole_portal': p
            }
        ]) AS counted
    FROM differing_dossiers
)

SELECT
    dossier_code,
    counted.indicator AS indicator,
    agency_shop,
    agency_portal,
    CAST(counted.part_shop AS INTEGER) AS part_shop,
    CAST(counted.whole_shop AS INTEGER) AS whole_shop,
    CAST(counted.part_portal AS INTEGER) AS part_portal,
    CAST(counted.whole_portal AS INTEGER) AS whole_portal
FROM counted_dossiers
WHERE
    counted.part_shop <> counted.part_portal
    OR counted.whole_shop <> counted.whole_portal
    OR (counted.whole_shop AND agency_shop IS DISTINCT FROM agency_portal)

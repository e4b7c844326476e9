-- Dossiers per agency (final agency of the shop's row, else of the portal's; NULL = none named). Dossiers cover all
-- with a staged row, but for portal rows alone of another province; the three clocks cover the compared pairs.
-- No parameters; reads dossiers, clocks, found, counted_pairs. Columns: as below.
CREATE TEMP VIEW agency_counts AS
WITH false_overdue_dossiers AS (
    SELECT DISTINCT dossier_code
    FROM found
    WHERE
        kind = 'finished_not_synced'
        AND subtype = 'false_overdue'
),

counted_dossiers AS (
    SELECT
        COALESCE(dossiers.agency_final_shop, dossiers.agency_final_portal) AS agency_code,
        dossiers.shop_key,
        dossiers.portal_key,
        dossiers.status_shop,
        shop_clocks.law,
        portal_clocks.portal AS portal_clock,
        shop_clocks.province AS province_clock,
        false_overdue_dossiers.dossier_code IS NOT NULL AS is_false_overdue
    FROM dossiers
    LEFT JOIN clocks AS shop_clocks
        ON
            dossiers.dossier_code = shop_clocks.dossier_code
            AND shop_clocks.fed_by = 'shop'
            AND dossiers.portal_key IS NOT NULL
    LEFT JOIN clocks AS portal_clocks
        ON
            dossiers.dossier_code = portal_clocks.dossier_code
            AND portal_clocks.fed_by = 'portal'
            AND dossiers.shop_key IS NOT NULL
    LEFT JOIN false_overdue_dossiers ON dossiers.dossier_code = false_overdue_dossiers.dossier_code
    WHERE COALESCE(dossiers.set_aside, '') <> 'other_province'
),

counts AS (
    SELECT
        agency_code,
        COUNT(shop_key) AS dossiers_shop,
        COUNT(portal_key) AS dossiers_portal,
        COUNT(CASE WHEN status_shop IN (7, 8, 9, 10) THEN 1 END) AS finished_shop,
        COUNT(CASE WHEN law = 'late' THEN 1 END) AS late_law,
        COUNT(CASE WHEN portal_clock = 'late' THEN 1 END) AS late_portal,
        COUNT(CASE WHEN province_clock = 'late' THEN 1 END) AS late_province,
        COUNT(CASE WHEN is_false_overdue THEN 1 END) AS false_overdue
    FROM counted_dossiers
    GROUP BY agency_code
    UNION ALL
    SELECT
        agency_code,
        dossiers AS dossiers_shop,
        dossiers AS dossiers_portal,
        CASE WHEN status IN (7, 8, 9, 10) THEN dossiers ELSE 0 END AS finished_shop,
        CASE WHEN law = 'late' THEN dossiers ELSE 0 END AS late_law,
        CASE WHEN portal = 'late' THEN dossiers ELSE 0 END AS late_portal,
        CASE WHEN province = 'late' THEN dossiers ELSE 0 END AS late_province,
        CASE WHEN is_false_overdue THEN dossiers ELSE 0 END AS false_overdue
    FROM counted_pairs
)

SELECT
    agency_code,
    CAST(SUM(dossiers_shop) AS BIGINT) AS dossiers_shop,
    CAST(SUM(dossiers_portal) AS BIGINT) AS dossiers_portal,
    CAST(SUM(finished_shop) AS BIGINT) AS finished_shop,
    CAST(SUM(late_law) AS BIGINT) AS late_law,
    CAST(SUM(late_portal) AS BIGINT) AS late_portal,
    CAST(SUM(late_province) AS BIGINT) AS late_province,
    CAST(SUM(false_overdue) AS BIGINT) AS false_overdue
FROM counts
GROUP BY agency_code
HAVING SUM(dossiers_shop) + SUM(dossiers_portal) > 0
ORDER BY agency_code NULLS LAST

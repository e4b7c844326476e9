-- How many dossiers each side counts per agency and measure, and which dossiers make the difference.
-- No parameters; reads members.
-- Columns: unit_code, measure, shop, portal (counts); not_synced (the shop counts it, the portal has no row), differing
-- (the shop counts it, the portal's row does not), portal_only (the portal counts it, the shop does not): shop - portal
-- = not_synced + differing - portal_only.
WITH shop_members AS (
    SELECT *
    FROM members
    WHERE side = 'shop'
),

portal_members AS (
    SELECT *
    FROM members
    WHERE side = 'portal'
),

matched_members AS (
    SELECT
        COALESCE(shop_members.unit_code, portal_members.unit_code) AS unit_code,
        COALESCE(shop_members.measure, portal_members.measure) AS measure,
        shop_members.dossier_code IS NOT NULL AS in_shop,
        portal_members.dossier_code IS NOT NULL AS in_portal,
        COALESCE(shop_members.is_alone, FALSE) AS is_alone
    FROM shop_members
    FULL JOIN portal_members
        ON
            shop_members.dossier_code = portal_members.dossier_code
            AND shop_members.unit_code = portal_members.unit_code
            AND shop_members.measure = portal_members.measure
)

SELECT
    unit_code,
    measure,
    COUNT(*) FILTER (WHERE in_shop) AS shop,
    COUNT(*) FILTER (WHERE in_portal) AS portal,
    COUNT(*) FILTER (WHERE in_shop AND NOT in_portal AND is_alone) AS not_synced,
    COUNT(*) FILTER (WHERE in_shop AND NOT in_portal AND NOT is_alone) AS differing,
    COUNT(*) FILTER (WHERE in_portal AND NOT in_shop) AS portal_only
FROM matched_members
GROUP BY
    unit_code,
    measure
ORDER BY
    unit_code,
    measure

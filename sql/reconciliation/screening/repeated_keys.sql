-- Keys that a side has more than once, in one month or in several. By a hash: another key may share it, and is then looked
-- at closely as well.
-- No parameters; reads shop_by_month, portal_by_month (of all months to be looked at), left_rows (carried over from the
-- others). Columns: dossier_code.
CREATE TEMP TABLE repeated_keys AS
WITH shop_keys AS NOT MATERIALIZED (
    SELECT dossier_code
    FROM shop_by_month
    UNION ALL
    SELECT dossier_code
    FROM left_rows
    WHERE side = 'shop'
),

portal_keys AS NOT MATERIALIZED (
    SELECT dossier_code
    FROM portal_by_month
    UNION ALL
    SELECT dossier_code
    FROM left_rows
    WHERE side = 'portal'
),

shop_spots AS (
    SELECT HASH(dossier_code) AS spot
    FROM shop_keys
    GROUP BY spot
    HAVING COUNT(*) > 1
),

portal_spots AS (
    SELECT HASH(dossier_code) AS spot
    FROM portal_keys
    GROUP BY spot
    HAVING COUNT(*) > 1
)

SELECT shop_keys.dossier_code
FROM shop_keys
INNER JOIN shop_spots ON HASH(shop_keys.dossier_code) = shop_spots.spot
UNION
SELECT portal_keys.dossier_code
FROM portal_keys
INNER JOIN portal_spots ON HASH(portal_keys.dossier_code) = portal_spots.spot

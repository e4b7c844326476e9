-- Keys that a side has more than once, in one month or in several. By a hash: another key may share it, and is then looked
-- at closely as well.
-- No parameters; reads shop_dossiers, portal_dossiers (of all months). Columns: dossier_code.
CREATE TEMP TABLE repeated_keys AS
WITH shop_spots AS (
    SELECT HASH(dossier_code) AS spot
    FROM shop_dossiers
    GROUP BY spot
    HAVING COUNT(*) > 1
),

portal_spots AS (
    SELECT HASH(dossier_code) AS spot
    FROM portal_dossiers
    GROUP BY spot
    HAVING COUNT(*) > 1
)

SELECT shop_dossiers.dossier_code
FROM shop_dossiers
INNER JOIN shop_spots ON HASH(shop_dossiers.dossier_code) = shop_spots.spot
UNION
SELECT portal_dossiers.dossier_code
FROM portal_dossiers
INNER JOIN portal_spots ON HASH(portal_dossiers.dossier_code) = portal_spots.spot

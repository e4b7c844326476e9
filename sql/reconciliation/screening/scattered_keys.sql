-- Keys that the shop has more than once, in one month or in several. By a hash: another key may share it, and is then
-- looked at closely as well.
-- No parameters; reads shop_dossiers (of all months). Columns: dossier_code.
CREATE TEMP TABLE scattered_keys AS
WITH spots AS (
    SELECT HASH(dossier_code) AS spot
    FROM shop_dossiers
    GROUP BY spot
    HAVING COUNT(*) > 1
)

SELECT DISTINCT shop_dossiers.dossier_code
FROM shop_dossiers
INNER JOIN spots ON HASH(shop_dossiers.dossier_code) = spots.spot

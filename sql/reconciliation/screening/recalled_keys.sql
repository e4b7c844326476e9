-- Keys of pairs that are left over elsewhere as well: keys that stand in more than one month.
-- No parameters; reads staged_rows (of all months), left_rows. Columns: dossier_code.
CREATE TEMP TABLE recalled_keys AS
WITH left_keys AS (
    SELECT
        dossier_code,
        COUNT(CASE WHEN side = 'shop' THEN 1 END) AS shop_rows
    FROM left_rows
    GROUP BY dossier_code
)

SELECT left_keys.dossier_code
FROM left_keys
INNER JOIN staged_rows
    ON
        staged_rows.side = 'shop'
        AND left_keys.dossier_code = staged_rows.dossier_code
GROUP BY
    left_keys.dossier_code,
    left_keys.shop_rows
HAVING COUNT(*) > left_keys.shop_rows

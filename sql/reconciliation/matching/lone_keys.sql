-- Keys that stand on one side only and are not unknown: the candidates of the crosswalk.
-- No parameters; reads keyed_rows, rejected_keys, unanswered. Columns: side, dossier_code.
CREATE OR REPLACE TEMP TABLE lone_keys AS
WITH shop_keys AS (
    SELECT dossier_code
    FROM keyed_rows
    WHERE side = 'shop'
),

portal_keys AS (
    SELECT dossier_code
    FROM keyed_rows
    WHERE side = 'portal'
),

one_sided_keys AS (
    SELECT
        CASE WHEN portal_keys.dossier_code IS NULL THEN 'shop' ELSE 'portal' END AS side,
        COALESCE(shop_keys.dossier_code, portal_keys.dossier_code) AS dossier_code
    FROM shop_keys
    FULL JOIN portal_keys ON shop_keys.dossier_code = portal_keys.dossier_code
    WHERE
        shop_keys.dossier_code IS NULL
        OR portal_keys.dossier_code IS NULL
)

SELECT
    side,
    dossier_code
FROM one_sided_keys
WHERE NOT EXISTS (
    SELECT 1
    FROM rejected_keys
    WHERE rejected_keys.dossier_code = one_sided_keys.dossier_code
)
AND NOT EXISTS (
    SELECT 1
    FROM unanswered
    WHERE unanswered.dossier_code = one_sided_keys.dossier_code
)

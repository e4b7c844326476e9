-- The dossiers of a month that need a closer look. All others are pairs that agree in everything and that no test can
-- hold about, by the shop's clocks as by the portal's (which are fed with the same).
-- No parameters; reads joined_dossiers, clocks (of the month's shop rows), repeated_keys.
-- Columns: those of joined_dossiers, is_left (no pair within the month, or a key that is repeated or set aside).
CREATE OR REPLACE TEMP TABLE month_suspects AS
WITH disagreeing AS (
    SELECT dossier_code
    FROM clocks
    WHERE
        'late' IN (law, portal, province)
        AND 'on_time' IN (law, portal, province)
),

repeated AS (
    SELECT DISTINCT dossier_code
    FROM repeated_keys
),

placed_dossiers AS (
    SELECT
        joined_dossiers.*,
        joined_dossiers.shop_key IS NULL
        OR joined_dossiers.portal_key IS NULL
        OR joined_dossiers.set_aside IS NOT NULL
        OR repeated.dossier_code IS NOT NULL AS is_left,
        disagreeing.dossier_code IS NOT NULL AS is_disagreed
    FROM joined_dossiers
    LEFT JOIN disagreeing ON joined_dossiers.shop_key = disagreeing.dossier_code
    LEFT JOIN repeated ON joined_dossiers.dossier_code = repeated.dossier_code
)

SELECT * EXCLUDE (is_disagreed)
FROM placed_dossiers
WHERE
    is_left
    OR is_noteworthy
    OR is_disagreed
    OR COALESCE(extension_count_shop, 0) <> COALESCE(extension_count_portal, 0)
    OR COALESCE(supplement_count_shop, 0) <> COALESCE(supplement_count_portal, 0)
    OR requested_at_shop IS DISTINCT FROM requested_at_portal
    OR completed_at_shop IS DISTINCT FROM completed_at_portal
    OR first_completed_at_shop IS DISTINCT FROM first_completed_at_portal

-- Pairs of one month about which every test has its last word, whatever the time, as long as rows and rules stay: the shop
-- has ended it longer ago than the sync allowance, and the portal's clock does not run or has run out. What is late stays
-- late, what is older than an allowance stays older.
-- Parameters: :sync_border (local); reads dossiers, clocks, pairs, found.
-- Columns: dossier_code, and those of counted_pairs but for dossiers.
CREATE TEMP TABLE settled AS
WITH noted_pairs AS (
    SELECT
        dossier_code,
        has_both_supplements
    FROM pairs
),

false_overdue_dossiers AS (
    SELECT DISTINCT dossier_code
    FROM found
    WHERE
        kind = 'finished_not_synced'
        AND subtype = 'false_overdue'
)

SELECT
    dossiers.dossier_code,
    dossiers.month,
    COALESCE(dossiers.agency_final_shop, dossiers.agency_final_portal) AS agency_code,
    dossiers.status_shop AS status,
    shop_clocks.law,
    portal_clocks.portal,
    shop_clocks.province,
    false_overdue_dossiers.dossier_code IS NOT NULL AS is_false_overdue,
    NOT COALESCE(noted_pairs.has_both_supplements, TRUE) AS is_one_sided
FROM dossiers
INNER JOIN clocks AS shop_clocks
    ON
        dossiers.dossier_code = shop_clocks.dossier_code
        AND shop_clocks.fed_by = 'shop'
INNER JOIN clocks AS portal_clocks
    ON
        dossiers.dossier_code = portal_clocks.dossier_code
        AND portal_clocks.fed_by = 'portal'
LEFT JOIN noted_pairs ON dossiers.dossier_code = noted_pairs.dossier_code
LEFT JOIN false_overdue_dossiers ON dossiers.dossier_code = false_overdue_dossiers.dossier_code
WHERE
    dossiers.month IS NOT NULL
    AND dossiers.set_aside IS NULL
    AND dossiers.status_shop IN (3, 7, 8, 9, 10)
    AND (dossiers.status_portal NOT IN (2, 4, 6) OR portal_clocks.portal <> 'on_time')
    AND (dossiers.changed_at_shop IS NULL OR dossiers.changed_at_shop < CAST(:sync_border AS TIMESTAMP))

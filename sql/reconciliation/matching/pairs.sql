-- The compared dossiers with anything to look at: one side is absent, the two rows differ, or a test about one row or
-- a clock may hold. The queries per kind read this relation and nothing wider.
-- No parameters; reads dossiers, clocks, sides.
-- Columns: those of dossiers; law, portal_clock, province_clock (verdicts, each fed with its own row);
-- shop_by_portal_clock (what the portal would show had the shop's row been synced); agency_code and procedure_code of
-- the discrepancy; since (last change of the shop's row, else when the dossier began); has_both_supplements (FALSE:
-- one side tells of a supplement that the other has no columns for, so the clocks cannot be held against each other).
CREATE TEMP TABLE pairs AS
WITH clocked_dossiers AS (
    SELECT
        dossiers.*,
        shop_clocks.law,
        portal_clocks.portal AS portal_clock,
        shop_clocks.province AS province_clock,
        shop_clocks.portal AS shop_by_portal_clock,
        COALESCE(dossiers.agency_final_shop, dossiers.agency_final_portal) AS agency_code,
        COALESCE(
            dossiers.procedure_code_shop,
            dossiers.procedure_raw_shop,
            dossiers.procedure_code_portal,
            dossiers.procedure_raw_portal
        ) AS procedure_code,
        COALESCE(dossiers.changed_at_shop, dossiers.began_at_shop, dossiers.began_at_portal) AS since,
        COALESCE(dossiers.supplement_count_shop, 0) = 0
        AND dossiers.requested_at_shop IS NULL
        AND dossiers.completed_at_shop IS NULL
        OR portal_side.has_supplements AS is_shop_supplement_answered,
        COALESCE(dossiers.supplement_count_portal, 0) = 0
        AND dossiers.requested_at_portal IS NULL
        AND dossiers.completed_at_portal IS NULL
        OR shop_side.has_supplements AS is_portal_supplement_answered
    FROM dossiers
    INNER JOIN sides AS shop_side ON shop_side.side = 'shop'
    INNER JOIN sides AS portal_side ON portal_side.side = 'portal'
    LEFT JOIN clocks AS shop_clocks
        ON
            dossiers.dossier_code = shop_clocks.dossier_code
            AND shop_clocks.fed_by = 'shop'
    LEFT JOIN clocks AS portal_clocks
        ON
            dossiers.dossier_code = portal_clocks.dossier_code
            AND portal_clocks.fed_by = 'portal'
    WHERE dossiers.set_aside IS NULL
)

SELECT
    *,
    is_shop_supplement_answered AND is_portal_supplement_answered AS has_both_supplements
FROM clocked_dossiers
WHERE
    is_noteworthy
    OR ('late' IN (law, portal_clock, province_clock) AND 'on_time' IN (law, portal_clock, province_clock))

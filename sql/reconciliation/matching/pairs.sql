-- The compared dossiers with anything to look at: one side is absent, the two rows differ, or a test about one row or
-- a clock may hold. The queries per kind read this relation and nothing wider.
-- Parameters: :as_of (local), :last_working_day, :intake_border, :stuck_days, :stuck_past_due_days,
-- :max_supplements, :max_extensions; reads dossiers, clocks, sides.
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
    shop_key IS NULL
    OR portal_key IS NULL
    OR crosswalk_field IS NOT NULL
    -- the two rows differ
    OR status_shop <> status_portal
    OR received_at_shop IS DISTINCT FROM received_at_portal
    OR due_at_shop IS DISTINCT FROM due_at_portal
    OR end_at_shop IS DISTINCT FROM end_at_portal
    OR channel_shop IS DISTINCT FROM channel_portal
    OR online_payment_shop IS DISTINCT FROM online_payment_portal
    OR fee_total_shop IS DISTINCT FROM fee_total_portal
    OR procedure_code_shop IS DISTINCT FROM procedure_code_portal
    OR agency_final_shop IS DISTINCT FROM agency_final_portal
    -- the clocks disagree
    OR ('late' IN (law, portal_clock, province_clock) AND 'on_time' IN (law, portal_clock, province_clock))
    -- a test about one row may hold
    OR procedure_issue_shop IS NOT NULL
    OR procedure_issue_portal IS NOT NULL
    OR agency_ended_shop
    OR agency_ended_portal
    OR (status_shop IN (9, 10) AND NOT (COALESCE(has_result_shop, FALSE) AND COALESCE(has_result_portal, FALSE)))
    OR (
        status_shop = 5
        AND CAST(COALESCE(requested_at_shop, step_at_shop) AS DATE)
        <= CAST(:last_working_day AS DATE) - CAST(:stuck_days AS INTEGER)
    )
    OR (
        status_shop = 6
        AND CAST(COALESCE(step_at_shop, received_at_shop) AS DATE)
        <= CAST(:last_working_day AS DATE) - CAST(:stuck_days AS INTEGER)
    )
    OR (
        status_shop = 4
        AND CAST(CAST(:as_of AS TIMESTAMP) AS DATE) - CAST(due_at_shop AS DATE) > CAST(:stuck_past_due_days AS INTEGER)
    )
    OR (status_shop = 1 AND submitted_at_shop < CAST(:intake_border AS TIMESTAMP))
    OR supplement_count_shop > CAST(:max_supplements AS INTEGER)
    OR extension_count_shop > CAST(:max_extensions AS INTEGER)

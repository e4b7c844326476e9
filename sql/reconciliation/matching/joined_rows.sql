-- Every dossier of the rows at hand, once: the full outer join of both sides on the normalised key, or on a unique
-- crosswalk.
-- No parameters; reads keyed_rows, crosswalk, unknown_keys, duplicates, procedures, night.
-- Columns: dossier_code (the shop's key, else the portal's), shop_key, portal_key, crosswalk_field,
-- month (the partition a pair stands in whole; NULL = matched in one go, or over all months),
-- set_aside: why nothing is compared (rejected, ambiguous_crosswalk, not_asked, look_up_failed, other_province: a
-- portal row alone whose agency is not of this province, duplicated; NULL = compared); limit_amount and
-- limit_unit, excludes_payment_wait and late_starts_next_day of the shop's national procedure, else of the portal's;
-- returns_document of the shop's; and the columns
-- of both rows with the suffix of their side.
CREATE OR REPLACE TEMP VIEW joined_rows AS
WITH shop_rows AS (
    SELECT *
    FROM keyed_rows
    WHERE side = 'shop'
),

portal_rows AS (
    SELECT
        keyed_rows.*,
        crosswalk.field AS crosswalk_field,
        COALESCE(crosswalk.shop_key, keyed_rows.dossier_code) AS match_key
    FROM keyed_rows
    LEFT JOIN crosswalk
        ON
            keyed_rows.dossier_code = crosswalk.portal_key
            AND crosswalk.is_unique
    WHERE keyed_rows.side = 'portal'
),

doubtful_keys AS (
    SELECT
        side,
        dossier_code
    FROM duplicates
    WHERE subtype <> 'identical'
)

SELECT
    COALESCE(shop_rows.dossier_code, portal_rows.dossier_code) AS dossier_code,
    shop_rows.dossier_code AS shop_key,
    portal_rows.dossier_code AS portal_key,
    portal_rows.crosswalk_field,
    shop_rows.month,
    CASE
        WHEN unknown_keys.reason IS NOT NULL THEN unknown_keys.reason
        WHEN
            shop_rows.dossier_code IS NULL
            AND NOT LIST_CONTAINS(night.province_roots, SPLIT_PART(portal_rows.agency_code, '.', 1))
            THEN 'other_province'
        WHEN doubtful_shop.dossier_code IS NOT NULL OR doubtful_portal.dossier_code IS NOT NULL THEN 'duplicated'
    END AS set_aside,
    procedures.limit_amount,
    CASE WHEN procedures.limit_amount IS NOT NULL THEN procedures.limit_unit END AS limit_unit,
    COALESCE(procedures.excludes_payment_wait, FALSE) AS excludes_payment_wait,
    COALESCE(procedures.late_starts_next_day, FALSE) AS late_starts_next_day,
    shop_rows.procedure_code IS NULL OR COALESCE(procedures.returns_document, TRUE) AS returns_document,
    shop_rows.status AS status_shop,
    shop_rows.procedure_raw AS procedure_raw_shop,
    shop_rows.procedure_code AS procedure_code_shop,
    shop_rows.procedure_issue AS procedure_issue_shop,
    shop_rows.agency_code AS agency_code_shop,
    shop_rows.agency_known AS agency_known_shop,
    shop_rows.agency_ended AS agency_ended_shop,
    shop_rows.agency_final AS agency_final_shop,
    shop_rows.received_at AS received_at_shop,
    shop_rows.submitted_at AS submitted_at_shop,
    shop_rows.due_at AS due_at_shop,
    shop_rows.finished_at AS finished_at_shop,
    shop_rows.returned_at AS returned_at_shop,
    shop_rows.step_at AS step_at_shop,
    shop_rows.end_at AS end_at_shop,
    shop_rows.began_at AS began_at_shop,
    shop_rows.changed_at AS changed_at_shop,
    shop_rows.supplement_count AS supplement_count_shop,
    shop_rows.requested_at AS requested_at_shop,
    shop_rows.completed_at AS completed_at_shop,
    shop_rows.first_completed_at AS first_completed_at_shop,
    shop_rows.extension_count AS extension_count_shop,
    shop_rows.channel AS channel_shop,
    shop_rows.online_payment AS online_payment_shop,
    shop_rows.fee_total AS fee_total_shop,
    shop_rows.has_result AS has_result_shop,
    portal_rows.status AS status_portal,
    portal_rows.procedure_raw AS procedure_raw_portal,
    portal_rows.procedure_code AS procedure_code_portal,
    portal_rows.procedure_issue AS procedure_issue_portal,
    portal_rows.agency_code AS agency_code_portal,
    portal_rows.agency_known AS agency_known_portal,
    portal_rows.agency_ended AS agency_ended_portal,
    portal_rows.agency_final AS agency_final_portal,
    portal_rows.received_at AS received_at_portal,
    portal_rows.submitted_at AS submitted_at_portal,
    portal_rows.due_at AS due_at_portal,
    portal_rows.finished_at AS finished_at_portal,
    portal_rows.returned_at AS returned_at_portal,
    portal_rows.step_at AS step_at_portal,
    portal_rows.end_at AS end_at_portal,
    portal_rows.began_at AS began_at_portal,
    portal_rows.changed_at AS changed_at_portal,
    portal_rows.supplement_count AS supplement_count_portal,
    portal_rows.requested_at AS requested_at_portal,
    portal_rows.completed_at AS completed_at_portal,
    portal_rows.first_completed_at AS first_completed_at_portal,
    portal_rows.extension_count AS extension_count_portal,
    portal_rows.channel AS channel_portal,
    portal_rows.online_payment AS online_payment_portal,
    portal_rows.fee_total AS fee_total_portal,
    portal_rows.has_result AS has_result_portal
FROM shop_rows
FULL JOIN portal_rows ON shop_rows.dossier_code = portal_rows.match_key
CROSS JOIN night
LEFT JOIN unknown_keys ON COALESCE(shop_rows.dossier_code, portal_rows.dossier_code) = unknown_keys.dossier_code
LEFT JOIN doubtful_keys AS doubtful_shop
    ON
        doubtful_shop.side = 'shop'
        AND shop_rows.dossier_code = doubtful_shop.dossier_code
LEFT JOIN doubtful_keys AS doubtful_portal
    ON
        doubtful_portal.side = 'portal'
        AND portal_rows.dossier_code = doubtful_portal.dossier_code
LEFT JOIN procedures ON COALESCE(shop_rows.procedure_code, portal_rows.procedure_code) = procedures.national_code

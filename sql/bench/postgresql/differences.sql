-- PostgreSQL: the same question as bench/peers/join, its answer into a table. No parameters; reads shop_rows, portal_rows.
-- Columns: dossier_code, class (only_shop, only_portal, differs), field, value_shop, value_portal.
CREATE UNLOGGED TABLE differences AS
SELECT
    COALESCE(shop_rows.dossier_code, portal_rows.dossier_code) AS dossier_code,
    CASE
        WHEN portal_rows.dossier_code IS NULL THEN 'only_shop'
        WHEN shop_rows.dossier_code IS NULL THEN 'only_portal'
        ELSE 'differs'
    END AS class,
    cells.field,
    cells.value_shop,
    cells.value_portal
FROM shop_rows
FULL JOIN portal_rows ON shop_rows.dossier_code = portal_rows.dossier_code
LEFT JOIN LATERAL (
    VALUES
    ('status', CAST(shop_rows.status AS VARCHAR), CAST(portal_rows.status AS VARCHAR)),
    ('procedure_code', CAST(shop_rows.procedure_code AS VARCHAR), CAST(portal_rows.procedure_code AS VARCHAR)),
    ('agency_final', CAST(shop_rows.agency_final AS VARCHAR), CAST(portal_rows.agency_final AS VARCHAR)),
    ('received_at', CAST(shop_rows.received_at AS VARCHAR), CAST(portal_rows.received_at AS VARCHAR)),
    ('submitted_at', CAST(shop_rows.submitted_at AS VARCHAR), CAST(portal_rows.submitted_at AS VARCHAR)),
    ('due_at', CAST(shop_rows.due_at AS VARCHAR), CAST(portal_rows.due_at AS VARCHAR)),
    ('finished_at', CAST(shop_rows.finished_at AS VARCHAR), CAST(portal_rows.finished_at AS VARCHAR)),
    ('returned_at', CAST(shop_rows.returned_at AS VARCHAR), CAST(portal_rows.returned_at AS VARCHAR)),
    ('step_at', CAST(shop_rows.step_at AS VARCHAR), CAST(portal_rows.step_at AS VARCHAR)),
    ('supplement_count', CAST(shop_rows.supplement_count AS VARCHAR), CAST(portal_rows.supplement_count AS VARCHAR)),
    ('supplement_requested_at', CAST(shop_rows.supplement_requested_at AS VARCHAR), CAST(portal_rows.supplement_requested_at AS VARCHAR)),
    ('supplement_completed_at', CAST(shop_rows.supplement_completed_at AS VARCHAR), CAST(portal_rows.supplement_completed_at AS VARCHAR)),
    ('extension_count', CAST(shop_rows.extension_count AS VARCHAR), CAST(portal_rows.extension_count AS VARCHAR)),
    ('channel', CAST(shop_rows.channel AS VARCHAR), CAST(portal_rows.channel AS VARCHAR)),
    ('online_payment', CAST(shop_rows.online_payment AS VARCHAR), CAST(portal_rows.online_payment AS VARCHAR)),
    ('fee_total', CAST(shop_rows.fee_total AS VARCHAR), CAST(portal_rows.fee_total AS VARCHAR)),
    ('has_result', CAST(shop_rows.has_result AS VARCHAR), CAST(portal_rows.has_result AS VARCHAR))
) AS cells (field, value_shop, value_portal)
    ON
        shop_rows.dossier_code = portal_rows.dossier_code
        AND cells.value_shop IS DISTINCT FROM cells.value_portal
WHERE
    shop_rows.dossier_code IS NULL
    OR portal_rows.dossier_code IS NULL
    OR shop_rows.status IS DISTINCT FROM portal_rows.status
    OR shop_rows.procedure_code IS DISTINCT FROM portal_rows.procedure_code
    OR shop_rows.agency_final IS DISTINCT FROM portal_rows.agency_final
    OR shop_rows.received_at IS DISTINCT FROM portal_rows.received_at
    OR shop_rows.submitted_at IS DISTINCT FROM portal_rows.submitted_at
    OR shop_rows.due_at IS DISTINCT FROM portal_rows.due_at
    OR shop_rows.finished_at IS DISTINCT FROM portal_rows.finished_at
    OR shop_rows.returned_at IS DISTINCT FROM portal_rows.returned_at
    OR shop_rows.step_at IS DISTINCT FROM portal_rows.step_at
    OR shop_rows.supplement_count IS DISTINCT FROM portal_rows.supplement_count
    OR shop_rows.supplement_requested_at IS DISTINCT FROM portal_rows.supplement_requested_at
    OR shop_rows.supplement_completed_at IS DISTINCT FROM portal_rows.supplement_completed_at
    OR shop_rows.extension_count IS DISTINCT FROM portal_rows.extension_count
    OR shop_rows.channel IS DISTINCT FROM portal_rows.channel
    OR shop_rows.online_payment IS DISTINCT FROM portal_rows.online_payment
    OR shop_rows.fee_total IS DISTINCT FROM portal_rows.fee_total
    OR shop_rows.has_result IS DISTINCT FROM portal_rows.has_result

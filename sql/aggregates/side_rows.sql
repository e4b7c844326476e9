-- Both sides' rows of every dossier that counts for the province, as narrow as the counts need them.
-- No parameters; reads dossiers (matching). A dossier about which the other side is unknown (rejected, not paired for
-- certain, not asked) is not alone: unknown is not missing. Of a dossier with differing duplicates the row chosen by
-- content stands for it: it exists once, whichever row is true.
-- Columns: side, dossier_code, is_alone (the other side has no row), agency_code (final), the columns of the clocks,
-- submitted_at, channel, online_payment, fee_total; instants are local.
WITH counted_dossiers AS (
    SELECT
        *,
        COALESCE(set_aside, 'duplicated') <> 'duplicated' AS is_doubtful
    FROM dossiers
    WHERE COALESCE(set_aside, '') <> 'other_province'
)

SELECT
    'shop' AS side,
    dossier_code,
    portal_key IS NULL AND NOT is_doubtful AS is_alone,
    agency_final_shop AS agency_code,
    status_shop AS status,
    received_at_shop AS received_at,
    submitted_at_shop AS submitted_at,
    due_at_shop AS due_at,
    end_at_shop AS end_at,
    COALESCE(extension_count_shop, 0) AS extension_count,
    COALESCE(supplement_count_shop, 0) AS supplement_count,
    requested_at_shop AS requested_at,
    completed_at_shop AS completed_at,
    channel_shop AS channel,
    online_payment_shop AS online_payment,
    fee_total_shop AS fee_total,
    limit_amount,
    limit_unit
FROM counted_dossiers
WHERE shop_key IS NOT NULL
UNION ALL
SELECT
    'portal' AS side,
    dossier_code,
    shop_key IS NULL AND NOT is_doubtful AS is_alone,
    agency_final_portal AS agency_code,
    status_portal AS status,
    received_at_portal AS received_at,
    submitted_at_portal AS submitted_at,
    due_at_portal AS due_at,
    end_at_portal AS end_at,
    COALESCE(extension_count_portal, 0) AS extension_count,
    COALESCE(supplement_count_portal, 0) AS supplement_count,
    requested_at_portal AS requested_at,
    completed_at_portal AS completed_at,
    channel_portal AS channel,
    online_payment_portal AS online_payment,
    fee_total_portal AS fee_total,
    limit_amount,
    limit_unit
FROM counted_dossiers
WHERE portal_key IS NOT NULL

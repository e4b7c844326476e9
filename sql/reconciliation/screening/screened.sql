-- The dossiers of some months, the quiet ones only counted. A dossier is quiet if both rows stand in the same month and
-- agree in everything, it has ended, no key is repeated or unknown, and no test about one row or a clock can hold. The
-- tests themselves are not asked here: what they could be about (an open dossier, one without a result ...) is not quiet.
-- No parameters; reads row_clocks (of the months' shop rows), staged_rows, repeated_keys, known_keys, night.
-- Columns: dossier_code (NULL = quiet), is_left (no pair within a month, or a key that is repeated or unknown); of the
-- quiet ones month, agency_code, status, law, portal, province; dossiers (how many).
CREATE OR REPLACE TEMP TABLE screened AS
WITH portal_rows AS (
    SELECT *
    FROM staged_rows
    WHERE side = 'portal'
),

set_apart AS (
    SELECT dossier_code
    FROM repeated_keys
    UNION
    SELECT dossier_code
    FROM known_keys
),

placed_pairs AS (
    SELECT
        shop_rows.month,
        shop_rows.agency_final,
        shop_rows.status,
        shop_rows.law,
        shop_rows.portal,
        shop_rows.province,
        COALESCE(shop_rows.dossier_code, portal_rows.dossier_code) AS dossier_code,
        shop_rows.dossier_code IS NULL
        OR portal_rows.dossier_code IS NULL
        OR shop_rows.month <> portal_rows.month
        OR set_apart.dossier_code IS NOT NULL AS is_left,
        COALESCE(
            set_apart.dossier_code IS NULL
            AND shop_rows.month = portal_rows.month
            -- the two rows agree
            AND shop_rows.status = portal_rows.status
            AND shop_rows.received_at IS NOT DISTINCT FROM portal_rows.received_at
            AND shop_rows.due_at IS NOT DISTINCT FROM portal_rows.due_at
            AND shop_rows.end_at IS NOT DISTINCT FROM portal_rows.end_at
            AND shop_rows.channel IS NOT DISTINCT FROM portal_rows.channel
            AND shop_rows.online_payment IS NOT DISTINCT FROM portal_rows.online_payment
            AND shop_rows.fee_total IS NOT DISTINCT FROM portal_rows.fee_total
            AND shop_rows.procedure_code IS NOT DISTINCT FROM portal_rows.procedure_code
            AND shop_rows.agency_final IS NOT DISTINCT FROM portal_rows.agency_final
            AND shop_rows.supplement_count = COALESCE(portal_rows.supplement_count, 0)
            AND shop_rows.extension_count = COALESCE(portal_rows.extension_count, 0)
            AND shop_rows.requested_at IS NOT DISTINCT FROM portal_rows.requested_at
            AND shop_rows.completed_at IS NOT DISTINCT FROM portal_rows.completed_at
            AND shop_rows.first_completed_at IS NOT DISTINCT FROM portal_rows.first_completed_at
            -- no test about one row can hold
            AND shop_rows.procedure_issue IS NULL
            AND portal_rows.procedure_issue IS NULL
            AND NOT COALESCE(shop_rows.agency_ended, FALSE)
            AND NOT COALESCE(portal_rows.agency_ended, FALSE)
            AND (shop_rows.status NOT IN (9, 10) OR (shop_rows.has_result AND portal_rows.has_result))
            AND shop_rows.status IN (3, 7, 8, 9, 10)
            AND shop_rows.supplement_count <= night.max_supplements
            AND shop_rows.extension_count <= night.max_extensions
            -- no clock contradicts another
            AND NOT (
                'late' IN (shop_rows.law, shop_rows.portal, shop_rows.province)
                AND 'on_time' IN (shop_rows.law, shop_rows.portal, shop_rows.province)
            ),
            FALSE
        ) AS is_quiet
    FROM row_clocks AS shop_rows
    FULL JOIN portal_rows ON shop_rows.dossier_code = portal_rows.dossier_code
    LEFT JOIN set_apart ON COALESCE(shop_rows.dossier_code, portal_rows.dossier_code) = set_apart.dossier_code
    CROSS JOIN night
),

told AS (
    SELECT
        is_left AND NOT is_quiet AS is_left,
        CASE WHEN NOT is_quiet THEN dossier_code END AS dossier_code,
        CASE WHEN is_quiet THEN month END AS month,
        CASE WHEN is_quiet THEN agency_final END AS agency_code,
        CASE WHEN is_quiet THEN status END AS status,
        CASE WHEN is_quiet THEN law END AS law,
        CASE WHEN is_quiet THEN portal END AS portal,
        CASE WHEN is_quiet THEN province END AS province
    FROM placed_pairs
)

SELECT
    dossier_code,
    is_left,
    month,
    agency_code,
    status,
    law,
    portal,
    province,
    COUNT(*) AS dossiers
FROM told
GROUP BY
    dossier_code,
    is_left,
    month,
    agency_code,
    status,
    law,
    portal,
    province

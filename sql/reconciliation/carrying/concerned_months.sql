-- Months that stand, but of which a matched pair has a key that something tonight shares: it may be repeated or unknown now.
-- No parameters; reads standing_keys (dossier_code, month of the shop's rows that stand), carried_left_rows, known_keys,
-- shop_by_month, portal_by_month (of the months to be looked at). Columns: month.
WITH touched_keys AS (
    SELECT dossier_code
    FROM shop_by_month
    UNION ALL
    SELECT dossier_code
    FROM portal_by_month
    UNION ALL
    SELECT dossier_code
    FROM known_keys
),

shared_keys AS (
    SELECT
        standing_keys.dossier_code,
        standing_keys.month
    FROM standing_keys
    WHERE standing_keys.dossier_code IN (
        SELECT touched_keys.dossier_code
        FROM touched_keys
    )
)

SELECT DISTINCT shared_keys.month
FROM shared_keys
WHERE NOT EXISTS (
    SELECT 1
    FROM carried_left_rows
    WHERE
        carried_left_rows.side = 'shop'
        AND carried_left_rows.dossier_code = shared_keys.dossier_code
)

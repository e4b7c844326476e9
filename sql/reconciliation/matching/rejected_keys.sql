-- Keys that a side has rejected rows of, and no staged row: what that side says is unknown (paragraph "Unknown").
-- No parameters; reads shop_rejections, portal_rejections. Columns: dossier_code, rejected_side (NULL = both).
CREATE OR REPLACE TEMP TABLE rejected_keys AS
WITH rejections AS (
    SELECT
        'shop' AS side,
        dossier_code
    FROM shop_rejections
    UNION
    SELECT
        'portal' AS side,
        dossier_code
    FROM portal_rejections
)

SELECT
    rejections.dossier_code,
    CASE WHEN COUNT(*) = 1 THEN MIN(rejections.side) END AS rejected_side
FROM rejections
WHERE
    rejections.dossier_code IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM staged_rows
        WHERE
            staged_rows.side = rejections.side
            AND staged_rows.dossier_code = rejections.dossier_code
    )
GROUP BY rejections.dossier_code

-- How many dossiers were compared, stood alone, or were set aside and why.
-- No parameters; reads dossiers, unknown_keys, counted_pairs. Columns: standing (matched, shop_only, portal_only, rejected,
-- ambiguous_crosswalk, not_asked, look_up_failed, other_province, duplicated), rejected_side, dossiers.
WITH placed_dossiers AS (
    SELECT
        CASE
            WHEN set_aside IS NOT NULL THEN set_aside
            WHEN portal_key IS NULL THEN 'shop_only'
            WHEN shop_key IS NULL THEN 'portal_only'
            ELSE 'matched'
        END AS standing
    FROM dossiers
    WHERE COALESCE(set_aside, '') NOT IN ('rejected', 'ambiguous_crosswalk', 'not_asked', 'look_up_failed')
),

counts AS (
    SELECT
        standing,
        CAST(NULL AS VARCHAR) AS rejected_side,
        COUNT(*) AS dossiers
    FROM placed_dossiers
    GROUP BY standing
    UNION ALL
    SELECT
        'matched' AS standing,
        CAST(NULL AS VARCHAR) AS rejected_side,
        dossiers
    FROM counted_pairs
    UNION ALL
    SELECT
        reason AS standing,
        rejected_side,
        COUNT(*) AS dossiers
    FROM unknown_keys
    GROUP BY
        reason,
        rejected_side
)

SELECT
    standing,
    rejected_side,
    CAST(SUM(dossiers) AS BIGINT) AS dossiers
FROM counts
GROUP BY
    standing,
    rejected_side
HAVING SUM(dossiers) > 0
ORDER BY
    standing,
    rejected_side NULLS FIRST

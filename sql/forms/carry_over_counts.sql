-- How many dossiers make the difference, by side and reason.
-- No parameters; reads carry_over. Columns: side, reason, dossiers, more (those only this period counts), less.
SELECT
    side,
    reason,
    COUNT(*) AS dossiers,
    COUNT(*) FILTER (WHERE is_carried AND NOT is_left) AS more,
    COUNT(*) FILTER (WHERE is_left AND NOT is_carried) AS less
FROM carry_over
GROUP BY
    side,
    reason
ORDER BY
    side,
    reason

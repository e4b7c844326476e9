-- How many records each side could not read, by rule, with one reason as an example.
-- No parameters. Columns: side, rule, records, without_key, reason.
SELECT
    side,
    rule,
    COUNT(*) AS records,
    COUNT(*) FILTER (WHERE dossier_code IS NULL) AS without_key,
    MIN(reason) AS reason
FROM rejections
GROUP BY
    side,
    rule
ORDER BY
    side DESC,
    records DESC,
    rule

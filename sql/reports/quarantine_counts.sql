-- What the quarantine list holds, by rule.
-- No parameters. Columns: side, rule, severity, records, reason (one example).
SELECT
    side,
    rule,
    severity,
    COUNT(*) AS records,
    MIN(reason) AS reason
FROM quarantine
GROUP BY
    side,
    rule,
    severity
ORDER BY
    side DESC,
    records DESC,
    rule,
    severity

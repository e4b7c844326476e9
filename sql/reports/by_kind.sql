-- How many discrepancies of each kind and subtype, technical ones apart, how many of them new tonight; without accepted.
-- Parameters: :business_date. Columns: kind, subtype, severity, technical, side, discrepancies, first_seen.
SELECT
    kind,
    COALESCE(subtype, '') AS subtype,
    severity,
    technical,
    side,
    COUNT(*) AS discrepancies,
    COUNT(*) FILTER (WHERE first_seen_on = CAST(:business_date AS DATE)) AS first_seen
FROM discrepancies
WHERE state <> 'accepted'
GROUP BY
    kind,
    COALESCE(subtype, ''),
    severity,
    technical,
    side
ORDER BY
    technical,
    kind,
    subtype,
    severity,
    side

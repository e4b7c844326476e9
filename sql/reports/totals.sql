-- The night in one row, over everything that is reported; technical and accepted ones are counted apart.
-- Parameters: :business_date. Columns: counts.
SELECT
    COUNT(*) AS discrepancies,
    COUNT(DISTINCT NULLIF(dossier_code, '')) AS dossiers,
    COUNT(*) FILTER (WHERE first_seen_on = CAST(:business_date AS DATE)) AS first_seen,
    COUNT(*) FILTER (WHERE state <> 'accepted' AND technical) AS technical,
    COUNT(*) FILTER (WHERE state = 'accepted') AS accepted,
    COUNT(*) FILTER (WHERE state = 'acknowledged') AS acknowledged,
    COUNT(*) FILTER (WHERE state = 'reopened') AS reopened,
    COUNT(*) FILTER (WHERE state <> 'accepted' AND NOT technical AND severity = 'high') AS high,
    COUNT(*) FILTER (WHERE state <> 'accepted' AND NOT technical AND severity = 'medium') AS medium,
    COUNT(*) FILTER (WHERE state <> 'accepted' AND NOT technical AND severity = 'low') AS low,
    COUNT(*) FILTER (
        WHERE state <> 'accepted' AND kind = 'finished_not_synced' AND subtype = 'false_overdue'
    ) AS false_overdue,
    COUNT(*) FILTER (WHERE recheck = 'unchecked') AS unchecked,
    COUNT(DISTINCT agency_code) FILTER (WHERE state <> 'accepted' AND NOT technical) AS lagging_agencies
FROM discrepancies

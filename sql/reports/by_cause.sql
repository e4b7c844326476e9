-- Why tonight's discrepancies are there, most frequent cause first.
-- Parameters: :business_date. Columns: cause, discrepancies, first_seen, technical, sure (confidence high), dossiers.
SELECT
    cause,
    COUNT(*) AS discrepancies,
    COUNT(*) FILTER (WHERE first_seen_on = CAST(:business_date AS DATE)) AS first_seen,
    COUNT(*) FILTER (WHERE technical) AS technical,
    COUNT(*) FILTER (WHERE confidence = 'high') AS sure,
    COUNT(DISTINCT NULLIF(dossier_code, '')) AS dossiers
FROM discrepancies
GROUP BY cause
ORDER BY
    discrepancies DESC,
    cause ASC

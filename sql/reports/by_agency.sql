-- Every agency that handles dossiers or has discrepancies, worst first; technical ones counted apart, accepted ones too.
-- Parameters: :business_date. Columns: agency_code (NULL = unclear), agency_name, counts.
WITH found AS (
    SELECT
        agency_code,
        COUNT(*) FILTER (WHERE state <> 'accepted' AND NOT technical) AS charged,
        COUNT(*) FILTER (WHERE state <> 'accepted' AND NOT technical AND severity = 'high') AS high,
        COUNT(*) FILTER (WHERE state <> 'accepted' AND NOT technical AND severity = 'medium') AS medium,
        COUNT(*) FILTER (WHERE state <> 'accepted' AND NOT technical AND severity = 'low') AS low,
        COUNT(*) FILTER (WHERE state <> 'accepted' AND technical) AS technical,
        COUNT(*) FILTER (WHERE state = 'accepted') AS accepted,
        COUNT(*) FILTER (WHERE first_seen_on = CAST(:business_date AS DATE)) AS first_seen,
        COUNT(*) FILTER (
            WHERE state <> 'accepted' AND kind = 'finished_not_synced' AND subtype = 'false_overdue'
        ) AS false_overdue,
        COUNT(DISTINCT NULLIF(dossier_code, '')) AS dossiers_affected
    FROM discrepancies
    GROUP BY agency_code
)

SELECT
    COALESCE(found.agency_code, agencies.agency_code) AS agency_code,
    agencies.agency_name,
    COALESCE(agencies.dossiers_shop, 0) AS dossiers_shop,
    COALESCE(agencies.dossiers_portal, 0) AS dossiers_portal,
    COALESCE(agencies.late_law, 0) AS late_law,
    COALESCE(agencies.late_portal, 0) AS late_portal,
    COALESCE(agencies.late_province, 0) AS late_province,
    COALESCE(found.charged, 0) AS charged,
    COALESCE(found.high, 0) AS high,
    COALESCE(found.medium, 0) AS medium,
    COALESCE(found.low, 0) AS low,
    COALESCE(found.technical, 0) AS technical,
    COALESCE(found.accepted, 0) AS accepted,
    COALESCE(found.first_seen, 0) AS first_seen,
    COALESCE(found.false_overdue, 0) AS false_overdue,
    COALESCE(found.dossiers_affected, 0) AS dossiers_affected
FROM agencies
FULL OUTER JOIN found
    ON agencies.agency_code IS NOT DISTINCT FROM found.agency_code
ORDER BY
    high DESC,
    charged DESC,
    technical DESC,
    1 ASC NULLS LAST

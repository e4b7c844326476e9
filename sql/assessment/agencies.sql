-- Every agency that handles dossiers or has discrepancies: its dossiers, its lateness by three clocks, its faults.
-- Reads assessed, agency_counts (of reconcile) and agencies (reference). No parameters.
-- Columns: as in docs/data-contracts.md; technical without accepted ones, high, medium, low without both; agency_code NULL =
-- discrepancies without an agency; lagging = at least one discrepancy that is neither technical nor accepted.
WITH found AS (
    SELECT
        agency_code,
        COUNT(*) FILTER (WHERE kind = 'finished_not_synced' AND subtype = 'false_overdue') AS false_overdue,
        COUNT(*) AS discrepancies,
        COUNT(*) FILTER (WHERE technical AND state <> 'accepted') AS technical,
        COUNT(*) FILTER (WHERE state = 'accepted') AS accepted,
        COUNT(*) FILTER (WHERE NOT technical AND state <> 'accepted' AND severity = 'high') AS high,
        COUNT(*) FILTER (WHERE NOT technical AND state <> 'accepted' AND severity = 'medium') AS medium,
        COUNT(*) FILTER (WHERE NOT technical AND state <> 'accepted' AND severity = 'low') AS low,
        COUNT(DISTINCT NULLIF(dossier_code, '')) AS dossiers_affected
    FROM assessed
    GROUP BY agency_code
),

counted AS (
    SELECT
        agency_counts.* EXCLUDE (agency_code),
        NULLIF(agency_counts.agency_code, '') AS agency_code
    FROM agency_counts
)

SELECT
    COALESCE(counted.agency_code, found.agency_code) AS agency_code,
    COALESCE(agencies.name, counted.agency_code, found.agency_code) AS agency_name,
    agencies.parent AS parent_code,
    CAST(COALESCE(counted.dossiers_shop, 0) AS BIGINT) AS dossiers_shop,
    CAST(COALESCE(counted.dossiers_portal, 0) AS BIGINT) AS dossiers_portal,
    CAST(COALESCE(counted.finished_shop, 0) AS BIGINT) AS finished_shop,
    CAST(COALESCE(counted.late_law, 0) AS BIGINT) AS late_law,
    CAST(COALESCE(counted.late_portal, 0) AS BIGINT) AS late_portal,
    CAST(COALESCE(counted.late_province, 0) AS BIGINT) AS late_province,
    COALESCE(found.false_overdue, 0) AS false_overdue,
    COALESCE(found.discrepancies, 0) AS discrepancies,
    COALESCE(found.technical, 0) AS technical,
    COALESCE(found.accepted, 0) AS accepted,
    COALESCE(found.high, 0) AS high,
    COALESCE(found.medium, 0) AS medium,
    COALESCE(found.low, 0) AS low,
    COALESCE(found.dossiers_affected, 0) AS dossiers_affected,
    COALESCE(found.discrepancies > found.technical + found.accepted, FALSE) AS lagging
FROM counted
FULL OUTER JOIN found
    ON counted.agency_code IS NOT DISTINCT FROM found.agency_code
LEFT JOIN agencies
    ON agencies.code = COALESCE(counted.agency_code, found.agency_code)
ORDER BY agency_code NULLS LAST

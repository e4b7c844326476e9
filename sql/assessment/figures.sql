-- Figures of the night beside the counts per kind.
-- Reads assessed, prior_state and tonight. No parameters.
-- Columns: dossiers_affected, technical, high, medium, low (without technical ones), false_overdue, unchecked,
-- lagging_agencies, unseen (open before tonight and not seen tonight).
SELECT
    COUNT(DISTINCT NULLIF(dossier_code, '')) AS dossiers_affected,
    COUNT(*) FILTER (WHERE technical) AS technical,
    COUNT(*) FILTER (WHERE NOT technical AND severity = 'high') AS high,
    COUNT(*) FILTER (WHERE NOT technical AND severity = 'medium') AS medium,
    COUNT(*) FILTER (WHERE NOT technical AND severity = 'low') AS low,
    COUNT(*) FILTER (WHERE kind = 'finished_not_synced' AND subtype = 'false_overdue') AS false_overdue,
    COUNT(*) FILTER (WHERE recheck = 'unchecked') AS unchecked,
    COUNT(DISTINCT agency_code) FILTER (WHERE NOT technical) AS lagging_agencies,
    (
        SELECT COUNT(*)
        FROM prior_state
        LEFT JOIN tonight
            ON prior_state.fingerprint = tonight.fingerprint
        WHERE tonight.fingerprint IS NULL
    ) AS unseen
FROM assessed

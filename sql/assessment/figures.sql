-- Figures of the night beside the counts per kind.
-- Reads assessed, prior_state and tonight. No parameters.
-- Columns: dossiers_affected, technical, accepted, acknowledged, reopened (back tonight), expired (accepted until now), high, medium, low (all three without
-- technical and accepted ones), false_overdue, unchecked, lagging_agencies, unseen (stood before and not seen tonight).
SELECT
    COUNT(DISTINCT NULLIF(dossier_code, '')) AS dossiers_affected,
    COUNT(*) FILTER (WHERE technical AND state <> 'accepted') AS technical,
    COUNT(*) FILTER (WHERE state = 'accepted') AS accepted,
    COUNT(*) FILTER (WHERE state = 'acknowledged') AS acknowledged,
    COUNT(*) FILTER (WHERE state = 'reopened' AND first_seen_on = last_seen_on) AS reopened,
    (
        SELECT COUNT(*)
        FROM prior_state
        INNER JOIN assessed AS tonight
            ON prior_state.fingerprint = tonight.fingerprint
        WHERE prior_state.state = 'accepted' AND tonight.state <> 'accepted'
    ) AS expired,
    COUNT(*) FILTER (WHERE NOT technical AND state <> 'accepted' AND severity = 'high') AS high,
    COUNT(*) FILTER (WHERE NOT technical AND state <> 'accepted' AND severity = 'medium') AS medium,
    COUNT(*) FILTER (WHERE NOT technical AND state <> 'accepted' AND severity = 'low') AS low,
    COUNT(*) FILTER (
        WHERE kind = 'finished_not_synced' AND subtype = 'false_overdue' AND state <> 'accepted'
    ) AS false_overdue,
    COUNT(*) FILTER (WHERE recheck = 'unchecked') AS unchecked,
    COUNT(DISTINCT agency_code) FILTER (WHERE NOT technical AND state <> 'accepted') AS lagging_agencies,
    (
        SELECT COUNT(*)
        FROM prior_state
        LEFT JOIN tonight
            ON prior_state.fingerprint = tonight.fingerprint
        WHERE
            tonight.fingerprint IS NULL
            AND prior_state.state IN ('open', 'acknowledged', 'accepted', 'reopened')
    ) AS unseen
FROM assessed

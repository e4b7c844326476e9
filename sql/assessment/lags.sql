-- How many working days discrepancies charged to agencies lasted: those put right lately, and those still open.
-- Reads assessed, prior_state, earlier_spells, calendar. Parameters: business_date; resolved (fingerprints that tonight
-- proved to be over).
-- Columns: agency_code, days, is_open, discrepancies.
CREATE TEMP TABLE lags AS
WITH resolved AS (
    SELECT UNNEST(CAST(:resolved AS VARCHAR[])) AS fingerprint
),

spells AS (
    SELECT
        agency_code,
        first_seen_on AS started_on,
        CAST(:business_date AS DATE) AS ended_on,
        TRUE AS is_open
    FROM assessed
    WHERE NOT technical AND state <> 'accepted'
    UNION ALL
    SELECT
        prior_state.agency_code,
        prior_state.first_seen_on AS started_on,
        CAST(:business_date AS DATE) AS ended_on,
        FALSE AS is_open
    FROM prior_state
    INNER JOIN resolved ON prior_state.fingerprint = resolved.fingerprint
    WHERE NOT prior_state.technical
    UNION ALL
    SELECT
        agency_code,
        started_on,
        ended_on,
        FALSE AS is_open
    FROM earlier_spells
)

SELECT
    spells.agency_code,
    CAST(ends.working_index - begins.working_index AS INTEGER) AS days,
    spells.is_open,
    COUNT(*) AS discrepancies
FROM spells
INNER JOIN calendar AS begins ON spells.started_on = begins.day
INNER JOIN calendar AS ends ON spells.ended_on = ends.day
WHERE spells.agency_code IS NOT NULL
GROUP BY ALL
ORDER BY ALL

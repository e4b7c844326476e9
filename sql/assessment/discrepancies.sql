-- Tonight's discrepancies as they go on: since when known, how old, how bad beside the others.
-- Reads caused, prior_state (what was open before this business date) and calendar.
-- Parameters: business_date, first_day (of the calendar; what is older counts from there).
-- Columns: those of the stage before, first_seen_on, last_seen_on, state, recheck, age_working_days (working days
-- from the day of since to the business date; NULL = since unknown), rank (1 = worst: severity, age, code), confidence and evidence (a sentence) of the cause.
CREATE TEMP TABLE assessed AS
WITH aged AS (
    SELECT
        caused.*,
        prior_state.first_seen_on AS known_since,
        CASE
            WHEN first_day.day IS NOT NULL THEN GREATEST(today.working_index - first_day.working_index, 0)
        END AS age_working_days,
        CASE caused.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END AS severity_order
    FROM caused
    LEFT JOIN prior_state
        ON caused.fingerprint = prior_state.fingerprint
    INNER JOIN calendar AS today
        ON today.day = CAST(:business_date AS DATE)
    LEFT JOIN calendar AS first_day
        ON
            caused.since IS NOT NULL
            AND first_day.day = GREATEST(CAST(caused.since AS DATE), CAST(:first_day AS DATE))
)

SELECT
    fingerprint,
    dossier_code,
    kind,
    subtype,
    agency_code,
    procedure_code,
    field,
    value_shop,
    value_portal,
    cause,
    side,
    severity,
    technical,
    since,
    period,
    COALESCE(known_since, CAST(:business_date AS DATE)) AS first_seen_on,
    CAST(:business_date AS DATE) AS last_seen_on,
    'open' AS state,
    COALESCE(recheck, CASE WHEN known_since IS NULL THEN 'unchecked' ELSE 'not_planned' END) AS recheck,
    CAST(age_working_days AS INTEGER) AS age_working_days,
    CAST(
        ROW_NUMBER() OVER (
            ORDER BY
                severity_order ASC,
                age_working_days DESC NULLS LAST,
                dossier_code ASC,
                kind ASC,
                subtype ASC,
                field ASC,
                fingerprint ASC
        ) AS INTEGER
    ) AS rank,
    confidence,
    evidence
FROM aged

-- Tonight's discrepancies as they go on: since when known, how old, how bad beside the others.
-- Reads caused, prior_state (what was known before this business date) and calendar.
-- Parameters: business_date, first_day (of the calendar; what is older counts from there).
-- Columns: those of the stage before, first_seen_on (of this time), last_seen_on, state (rules/lifecycle.py), recheck,
-- age_working_days (working days from the day of since to the business date; NULL = since unknown), rank (1 = worst:
-- severity, age, code), confidence and evidence (a sentence) of the cause, in_pattern (one fault behind many), opened_on (the very first time), reopened (how often it came back), accepted_until, person,
-- reason (of an acknowledgement or acceptance that still holds), known_working_days (since first_seen_on), charged_on
-- (the night on which it stopped being technical; NULL = it is technical, or never was this time).
CREATE TEMP TABLE assessed AS
WITH aged AS (
    SELECT
        caused.*,
        prior_state.state IN ('open', 'acknowledged', 'accepted', 'reopened') AS stood,
        COALESCE(prior_state.state = 'accepted' AND prior_state.accepted_until < today.day, FALSE) AS has_expired,
        COALESCE(stood AND prior_state.state IN ('acknowledged', 'accepted') AND NOT has_expired, FALSE) AS is_decided,
        CASE WHEN stood THEN prior_state.first_seen_on END AS known_since,
        prior_state.state AS prior_word,
        COALESCE(prior_state.opened_on, prior_state.first_seen_on) AS opened_before,
        COALESCE(prior_state.reopened, 0) AS reopened_before,
        COALESCE(stood AND prior_state.technical, FALSE) AS was_technical,
        CASE WHEN stood THEN prior_state.charged_on END AS charged_before,
        CASE WHEN is_decided THEN prior_state.accepted_until END AS accepted_until,
        CASE WHEN is_decided THEN prior_state.person END AS person,
        CASE WHEN is_decided THEN prior_state.reason END AS reason,
        CASE
            WHEN known_since IS NULL
                THEN 0
            ELSE today.working_index - known_day.working_index
        END AS known_working_days,
        CASE
            WHEN first_day.day IS NOT NULL THEN GREATEST(today.working_index - first_day.working_index, 0)
        END AS age_working_days,
        CASE caused.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END AS severity_order
    FROM caused
    LEFT JOIN prior_state
        ON caused.fingerprint = prior_state.fingerprint
    INNER JOIN calendar AS today
        ON today.day = CAST(:business_date AS DATE)
    LEFT JOIN calendar AS known_day
        ON known_day.day = GREATEST(prior_state.first_seen_on, CAST(:first_day AS DATE))
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
    CASE
        WHEN prior_word IS NULL
            THEN 'open'
        WHEN NOT stood OR has_expired
            THEN 'reopened'
        ELSE prior_word
    END AS state,
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
    evidence,
    in_pattern,
    COALESCE(opened_before, CAST(:business_date AS DATE)) AS opened_on,
    CAST(
        reopened_before + CASE WHEN prior_word IS NOT NULL AND (NOT stood OR has_expired) THEN 1 ELSE 0 END AS INTEGER
    ) AS reopened,
    accepted_until,
    person,
    reason,
    CAST(known_working_days AS INTEGER) AS known_working_days,
    CASE
        WHEN technical
            THEN NULL
        WHEN was_technical OR charged_before > CAST(:business_date AS DATE)
            THEN CAST(:business_date AS DATE)
        ELSE charged_before
    END AS charged_on
FROM aged

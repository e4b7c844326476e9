-- What was known before this business date, as assess/prior.parquet keeps it: what stood or was superseded then, and of
-- what had been over, that which is seen tonight.
-- Parameters: lists of equal length, one per column. Columns: the same.
CREATE TEMP TABLE prior_state AS
SELECT
    UNNEST(CAST(:fingerprint AS VARCHAR[])) AS fingerprint,
    UNNEST(CAST(:first_seen_on AS DATE[])) AS first_seen_on,
    UNNEST(CAST(:kind AS VARCHAR[])) AS kind,
    UNNEST(CAST(:dossier_code AS VARCHAR[])) AS dossier_code,
    UNNEST(CAST(:state AS VARCHAR[])) AS state,
    UNNEST(CAST(:opened_on AS DATE[])) AS opened_on,
    UNNEST(CAST(:reopened AS INTEGER[])) AS reopened,
    UNNEST(CAST(:accepted_until AS DATE[])) AS accepted_until,
    UNNEST(CAST(:person AS VARCHAR[])) AS person,
    UNNEST(CAST(:reason AS VARCHAR[])) AS reason,
    UNNEST(CAST(:agency_code AS VARCHAR[])) AS agency_code,
    UNNEST(CAST(:procedure_code AS VARCHAR[])) AS procedure_code,
    UNNEST(CAST(:began_on AS DATE[])) AS began_on,
    UNNEST(CAST(:technical AS BOOLEAN[])) AS technical,
    UNNEST(CAST(:cause AS VARCHAR[])) AS cause,
    UNNEST(CAST(:evidence AS VARCHAR[])) AS evidence,
    UNNEST(CAST(:in_pattern AS BOOLEAN[])) AS in_pattern,
    UNNEST(CAST(:charged_on AS DATE[])) AS charged_on

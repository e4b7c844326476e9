-- What was open before this business date, as assess/prior.parquet keeps it.
-- Parameters: lists of equal length: fingerprint, first_seen_on, kind, dossier_code. Columns: the same.
CREATE TEMP TABLE prior_state AS
SELECT
    UNNEST(CAST(:fingerprint AS VARCHAR[])) AS fingerprint,
    UNNEST(CAST(:first_seen_on AS DATE[])) AS first_seen_on,
    UNNEST(CAST(:kind AS VARCHAR[])) AS kind,
    UNNEST(CAST(:dossier_code AS VARCHAR[])) AS dossier_code

-- What a night counted of an inspected agency and those below it, on both sides.
-- Reads agencies (of assess). Parameters: :agency_code, :secret_agencies (a list).
-- Columns: agencies, then sums; all NULL where it counted nothing of it.
SELECT
    COUNT(*) AS agencies,
    CAST(SUM(dossiers_shop) AS BIGINT) AS dossiers_shop,
    CAST(SUM(dossiers_portal) AS BIGINT) AS dossiers_portal,
    CAST(SUM(finished_shop) AS BIGINT) AS finished_shop,
    CAST(SUM(late_law) AS BIGINT) AS late_law,
    CAST(SUM(late_portal) AS BIGINT) AS late_portal,
    CAST(SUM(late_province) AS BIGINT) AS late_province,
    CAST(SUM(false_overdue) AS BIGINT) AS false_overdue
FROM agencies
WHERE
    (agency_code = :agency_code OR STARTS_WITH(agency_code, :agency_code || '.'))
    AND LEN(LIST_FILTER(
        CAST(:secret_agencies AS VARCHAR[]), LAMBDA one: agency_code = one OR STARTS_WITH(agency_code, one || '.')
    )) = 0

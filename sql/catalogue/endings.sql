-- Table `endings`: national procedures that have ended by the day, on the portal or by the reference table.
-- Reads sides and the reference table procedures. Parameters: business_date.
-- Columns: key, ended_on (last valid day where one is known).
CREATE OR REPLACE TABLE endings AS
WITH told AS (
    SELECT
        key,
        valid_to AS ended_on
    FROM sides
    WHERE
        side = 'portal'
        AND sort = 'procedure'
        AND NOT in_force
    UNION ALL
    SELECT
        national_code AS key,
        valid_to AS ended_on
    FROM procedures
    WHERE valid_to < CAST(:business_date AS DATE)
)

SELECT
    key,
    MIN(ended_on) AS ended_on
FROM told
WHERE key IS NOT NULL
GROUP BY key

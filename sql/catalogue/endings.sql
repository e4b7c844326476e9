-- Table `endings`: national procedures that have ended by the day, on the portal or by the reference table.
-- Reads sides. Parameters: business_date; reference_code, reference_end (lists, equally long: last valid days in the table).
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
        key,
        ended_on
    FROM (
        SELECT
            UNNEST(CAST(:reference_code AS VARCHAR[])) AS key,
            UNNEST(CAST(:reference_end AS DATE[])) AS ended_on
    ) AS listed
    WHERE ended_on < CAST(:business_date AS DATE)
)

SELECT
    key,
    MIN(ended_on) AS ended_on
FROM told
WHERE key IS NOT NULL
GROUP BY key

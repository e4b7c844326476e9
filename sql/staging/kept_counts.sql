-- How many rows of the base's snapshot stand, and which warnings do they have? From `base_rows`, `dropped`.
-- Columns: what (kept, warned), name (warning, '' for kept), rows.
WITH kept AS (
    SELECT warnings
    FROM base_rows
    ANTI JOIN dropped USING (source_file, source_row)
)
SELECT
    'kept' AS what,
    '' AS name,
    count(*) AS rows
FROM kept
UNION ALL
SELECT
    'warned' AS what,
    warning AS name,
    count(*) AS rows
FROM (
    SELECT unnest(warnings) AS warning
    FROM kept
)
GROUP BY warning
ORDER BY
    what,
    name

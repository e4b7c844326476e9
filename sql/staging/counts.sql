-- How many rows of a side were staged or rejected, and which warnings do the staged ones have? From `judged`.
-- Columns: what (staged, rejected, warned), name (rule, '' for staged), rows.
SELECT
    CASE WHEN rule IS NULL THEN 'staged' ELSE 'rejected' END AS what,
    COALESCE(rule, '') AS name,
    count(*) AS rows
FROM judged
GROUP BY
    rule
UNION ALL
SELECT
    'warned' AS what,
    warning AS name,
    count(*) AS rows
FROM (
    SELECT unnest(warnings) AS warning
    FROM judged
    WHERE rule IS NULL
)
GROUP BY
    warning
ORDER BY
    what,
    name

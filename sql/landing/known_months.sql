-- How many records are known, month by month, if some were read now and others are gone? From `known`.
-- Parameters: records, months (lists, equally long: what was read), gone (list). Columns: month, records.
WITH read_now AS (
    SELECT
        unnest(CAST(:records AS UBIGINT[])) AS record,
        unnest(CAST(:months AS INTEGER[])) AS month
),

gone_now AS (
    SELECT unnest(CAST(:gone AS UBIGINT[])) AS record
),

together AS (
    SELECT month
    FROM read_now
    UNION ALL
    SELECT month
    FROM known
    ANTI JOIN read_now USING (record)
    ANTI JOIN gone_now USING (record)
)
SELECT
    month,
    count(*) AS records
FROM together
GROUP BY month
ORDER BY month

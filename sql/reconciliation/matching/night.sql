-- What a night is judged by, for queries that take no parameters: one row.
-- Parameters: the ones below. Columns: the same; instants and days are local.
CREATE TEMP TABLE night AS
SELECT
    CAST(:as_of AS TIMESTAMP) AS as_of,
    CAST(:last_working_day AS DATE) AS last_working_day,
    CAST(:intake_border AS TIMESTAMP) AS intake_border,
    CAST(:stuck_days AS INTEGER) AS stuck_days,
    CAST(:stuck_past_due_days AS INTEGER) AS stuck_past_due_days,
    CAST(:max_supplements AS INTEGER) AS max_supplements,
    CAST(:max_extensions AS INTEGER) AS max_extensions,
    CAST(:province_roots AS VARCHAR[]) AS province_roots

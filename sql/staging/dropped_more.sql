-- Drop further rows of the base's snapshot. Parameters: files, rows (lists, equally long: the positions).
INSERT INTO dropped
SELECT
    b.source_file,
    b.source_row,
    partition_month(local_time(COALESCE(b.received_at, b.submitted_at))) AS month
FROM base_rows AS b
WHERE (b.source_file, b.source_row) IN (
    SELECT
        unnest(CAST(:files AS VARCHAR[])),
        unnest(CAST(:rows AS BIGINT[]))
)

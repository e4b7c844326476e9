-- Write every record, judged, into a folder for each month (partition) it will stand in, rejected ones into one of their own:
-- so no more than a month is in memory at once, whatever the side's size. Row groups are small, since each folder fills one.
-- Parameters: folder. Columns: as `judging`.
COPY (
    SELECT *
    FROM judging
) TO :folder (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 16384, PARTITION_BY (month), WRITE_PARTITION_COLUMNS TRUE)

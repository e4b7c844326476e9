-- Table `known`: every record a chain of landings knows, as the newest of them saw it.
-- Parameters: paths (list, oldest first). Columns: record (digest of its id), month (yyyymm of reception, 0 without).
CREATE OR REPLACE TABLE known AS
WITH seen AS (
    SELECT
        record,
        arg_max(month, list_position(CAST(:paths AS VARCHAR[]), filename)) AS month,
        arg_max(is_gone, list_position(CAST(:paths AS VARCHAR[]), filename)) AS is_gone
    FROM read_parquet(CAST(:paths AS VARCHAR[]), filename = TRUE)
    GROUP BY record
)
SELECT
    record,
    month
FROM seen
WHERE NOT is_gone

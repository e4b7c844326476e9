-- Table `month_rows`: tonight's rows of one partition, and those of the base that stand.
-- Parameters: month, base (the base's file). Columns: as `dossiers`.
CREATE OR REPLACE TABLE month_rows AS
SELECT *
FROM dossiers
WHERE partition_month(received_at, submitted_at) = CAST(:month AS VARCHAR)
UNION ALL BY NAME
SELECT *
FROM read_parquet(CAST(:base AS VARCHAR))
ANTI JOIN dropped USING (source_file, source_row)

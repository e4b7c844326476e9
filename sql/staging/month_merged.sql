-- Table `month_rows`: tonight's rows of one partition, and those of the base that stand.
-- Parameters: month, tonight (files of `write_judged` that have all of them), base (the base's file). Columns: as `dossiers`.
CREATE OR REPLACE TABLE month_rows AS
SELECT * EXCLUDE (rule, bad_dates, month)
FROM read_parquet(CAST(:tonight AS VARCHAR), hive_partitioning = FALSE)
WHERE month = CAST(:month AS VARCHAR)
UNION ALL BY NAME
SELECT *
FROM read_parquet(CAST(:base AS VARCHAR))
ANTI JOIN dropped USING (source_file, source_row)

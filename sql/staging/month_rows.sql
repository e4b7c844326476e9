-- Table `month_rows`: tonight's rows of one partition. Parameters: month, tonight (files of `write_judged` that
-- have all of them). Columns: as `dossiers`.
CREATE OR REPLACE TABLE month_rows AS
SELECT * EXCLUDE (rule, bad_dates, month)
FROM read_parquet(CAST(:tonight AS VARCHAR), hive_partitioning = FALSE)
WHERE month = CAST(:month AS VARCHAR)

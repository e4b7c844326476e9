-- Table `month_rows`: tonight's rows of one partition. Parameters: month. Columns: as `dossiers`.
CREATE OR REPLACE TABLE month_rows AS
SELECT *
FROM dossiers
WHERE partition_month(received_at, submitted_at) = CAST(:month AS VARCHAR)

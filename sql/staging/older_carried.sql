-- Table `older`: what the night before staged again and could not settle for good, as it was landed.
-- Parameters: path (carried.parquet of the base). Columns: as `landed`.
CREATE OR REPLACE TABLE older AS
SELECT *
FROM read_parquet(CAST(:path AS VARCHAR))

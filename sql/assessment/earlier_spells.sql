-- Discrepancies charged to agencies that were put right on earlier nights, as assess/spells.parquet keeps them.
-- Parameters: lists of equal length: agency_code, started_on, ended_on. Columns: the same.
CREATE TEMP TABLE earlier_spells AS
SELECT
    UNNEST(CAST(:agency_code AS VARCHAR[])) AS agency_code,
    UNNEST(CAST(:started_on AS DATE[])) AS started_on,
    UNNEST(CAST(:ended_on AS DATE[])) AS ended_on

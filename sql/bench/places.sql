-- Which plant stands at which of the ten thousand places. Parameters: :plants (in the order of the places).
-- Columns: place (from 0), plant.
CREATE OR REPLACE TEMP TABLE places AS
SELECT
    UNNEST(RANGE(LEN(CAST(:plants AS VARCHAR[])))) AS place,
    UNNEST(CAST(:plants AS VARCHAR[])) AS plant

-- Which kind of discrepancy can be the cause of what.
-- Parameters: one list per column, equally long (`rules.attribution.fitting_kinds`).
-- Columns: indicator, aspect (place, membership, count), kind, place (the smaller goes first).
CREATE OR REPLACE TEMP TABLE fits AS
SELECT
    UNNEST(CAST(:indicator AS VARCHAR[])) AS indicator,
    UNNEST(CAST(:aspect AS VARCHAR[])) AS aspect,
    UNNEST(CAST(:kind AS VARCHAR[])) AS kind,
    UNNEST(CAST(:place AS INTEGER[])) AS place

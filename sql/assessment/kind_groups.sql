-- Which kinds are looked at together when patterns are sought (`rules.causes.group_of`).
-- Parameters: lists of equal length: kind, group_name. Columns: the same.
CREATE TEMP TABLE kind_groups AS
SELECT
    UNNEST(CAST(:kind AS VARCHAR[])) AS kind,
    UNNEST(CAST(:group_name AS VARCHAR[])) AS group_name

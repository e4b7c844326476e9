-- The segments that prove one broken way (`rules.causes.patterns`).
-- Parameters: lists of equal length: group_name, segment, value, cause, began_at, sentence. Columns: the same.
CREATE TEMP TABLE patterns AS
SELECT
    UNNEST(CAST(:group_name AS VARCHAR[])) AS group_name,
    UNNEST(CAST(:segment AS VARCHAR[])) AS segment,
    UNNEST(CAST(:value AS VARCHAR[])) AS value,
    UNNEST(CAST(:cause AS VARCHAR[])) AS cause,
    UNNEST(CAST(:began_at AS TIMESTAMP[])) AS began_at,
    UNNEST(CAST(:sentence AS VARCHAR[])) AS sentence

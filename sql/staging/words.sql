-- Table `words`: what the words of one side mean, read by `rules.values` once for each different spelling.
-- Parameters: field, word (trimmed text), number (lists, equally long). Columns: as selected; NULL number = unreadable.
CREATE OR REPLACE TABLE words AS
SELECT
    unnest(CAST(:field AS VARCHAR[])) AS field,
    unnest(CAST(:word AS VARCHAR[])) AS word,
    unnest(CAST(:number AS TINYINT[])) AS number

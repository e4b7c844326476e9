-- What each piece of evidence proves (`rules.causes`).
-- Parameters: lists of equal length: code, cause, confidence, sentence. Columns: the same.
CREATE TEMP TABLE evidence_texts AS
SELECT
    UNNEST(CAST(:code AS VARCHAR[])) AS code,
    UNNEST(CAST(:cause AS VARCHAR[])) AS cause,
    UNNEST(CAST(:confidence AS VARCHAR[])) AS confidence,
    UNNEST(CAST(:sentence AS VARCHAR[])) AS sentence

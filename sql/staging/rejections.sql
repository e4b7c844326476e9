-- Table `rejections`: the rows that are not staged: position, rule, reason and, where it can be read, the code. Never a value.
-- Parameters: side, rules, reasons (lists, equally long: Vietnamese reason of each rule).
CREATE OR REPLACE TABLE rejections AS
WITH reasons AS (
    SELECT
        unnest(CAST(:rules AS VARCHAR[])) AS rule,
        unnest(CAST(:reasons AS VARCHAR[])) AS reason
)
SELECT
    CAST(:side AS VARCHAR) AS side,
    j.source_file,
    j.source_row,
    j.rule,
    r.reason || CASE WHEN j.rule = 'date_invalid' THEN ': ' || j.bad_dates ELSE '' END AS reason,
    CASE WHEN j.rule NOT IN ('row_shape', 'code_missing', 'code_malformed') THEN j.dossier_code END AS dossier_code
FROM judged AS j
INNER JOIN reasons AS r
    ON r.rule = j.rule
ORDER BY
    j.source_file,
    j.source_row

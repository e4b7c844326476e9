-- Pairs that are not looked at tonight, counted: quiet ones, and those whose results are carried over. Empty at first.
-- No parameters. Columns: month, agency_code (final), status (of the shop), law, portal, province (verdicts),
-- is_false_overdue, is_one_sided (one side tells of a supplement that the other has no columns for), dossiers.
CREATE TEMP TABLE counted_pairs (
    month VARCHAR,
    agency_code VARCHAR,
    status TINYINT,
    law VARCHAR,
    portal VARCHAR,
    province VARCHAR,
    is_false_overdue BOOLEAN,
    is_one_sided BOOLEAN,
    dossiers BIGINT
)

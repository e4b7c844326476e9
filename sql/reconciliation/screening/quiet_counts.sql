-- How many dossiers need no closer look: both rows agree, and no test about a row or a clock can hold. Empty at first.
-- No parameters. Columns: agency_code (final), status, law, portal, province (verdicts), dossiers.
CREATE TEMP TABLE quiet_counts (
    agency_code VARCHAR,
    status TINYINT,
    law VARCHAR,
    portal VARCHAR,
    province VARCHAR,
    dossiers BIGINT
)

-- An empty list of what goes with a kind and subtype; results/add_kind_facts fills it from the catalogue of kinds.
-- No parameters. Columns: kind, subtype, side, severity, technical.
CREATE TEMP TABLE kind_facts (
    kind VARCHAR NOT NULL,
    subtype VARCHAR NOT NULL,
    side VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    technical BOOLEAN NOT NULL
)

-- An empty list of what the kinds find; results/add_found fills it kind by kind.
-- No parameters. Columns: kind, dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
CREATE TEMP TABLE found (
    kind VARCHAR NOT NULL,
    dossier_code VARCHAR NOT NULL,
    agency_code VARCHAR,
    procedure_code VARCHAR,
    subtype VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    value_shop VARCHAR,
    value_portal VARCHAR
)

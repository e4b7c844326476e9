-- An empty list of what the kinds find; results/found_rows says what each of them adds.
-- No parameters. Columns: kind, dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
CREATE TEMP TABLE nothing_found (
    kind VARCHAR NOT NULL,
    dossier_code VARCHAR NOT NULL,
    agency_code VARCHAR,
    procedure_code VARCHAR,
    subtype VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    value_shop VARCHAR,
    value_portal VARCHAR
)

-- View `landed`, in a schema of its own: the codes of what stands from earlier nights, so that secret rows are found among
-- them by the same query as among tonight's. From `older`,
-- `base_rows`, `dropped`.
-- Columns: those of the landed records that `secret_rows` asks for.
CREATE OR REPLACE VIEW landed AS
SELECT
    _file,
    _row,
    dossier_code,
    national_code,
    alternative_code,
    unit_code,
    agency_raw,
    procedure_raw
FROM older
UNION ALL
SELECT
    source_file AS _file,
    source_row AS _row,
    dossier_code,
    national_code,
    alternative_code,
    unit_code,
    agency_raw,
    procedure_raw
FROM base_rows
ANTI JOIN dropped USING (source_file, source_row)

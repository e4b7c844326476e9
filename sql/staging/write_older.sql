-- Write the older records beside tonight's, to be staged with them. Parameters: path. Columns: as `write_landed`.
COPY (
    SELECT * EXCLUDE (dossier_code, procedure_raw, agency_raw, national_code, alternative_code, unit_code)
    FROM older
) TO :path (FORMAT parquet, COMPRESSION snappy)

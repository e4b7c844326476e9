-- Table `base_rows`, empty: no snapshot stands below this one. Columns: those asked of a snapshot while it is merged.
CREATE OR REPLACE TABLE base_rows AS
SELECT
    CAST(NULL AS VARCHAR) AS dossier_code,
    CAST(NULL AS VARCHAR) AS national_code,
    CAST(NULL AS VARCHAR) AS alternative_code,
    CAST(NULL AS VARCHAR) AS unit_code,
    CAST(NULL AS VARCHAR) AS agency_raw,
    CAST(NULL AS VARCHAR) AS procedure_raw,
    CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS received_at,
    CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS submitted_at,
    CAST(NULL AS VARCHAR) AS source_file,
    CAST(NULL AS BIGINT) AS source_row,
    CAST(NULL AS VARCHAR) AS record_id,
    CAST(NULL AS VARCHAR[]) AS warnings
WHERE FALSE

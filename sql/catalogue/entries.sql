-- Table `entries`: what both catalogues list, one row per entry as it was read.
-- Parameters: one list per column, equally long. Columns: as selected; key = national procedure code, canonical agency or
-- sector code, NULL = a local code that maps to nothing; *_key and limit_size, limit_family are what is compared.
CREATE OR REPLACE TABLE entries AS
SELECT
    unnest(CAST(:side AS VARCHAR[])) AS side,
    unnest(CAST(:sort AS VARCHAR[])) AS sort,
    unnest(CAST(:code AS VARCHAR[])) AS code,
    unnest(CAST(:key AS VARCHAR[])) AS key,
    unnest(CAST(:name AS VARCHAR[])) AS name,
    unnest(CAST(:name_key AS VARCHAR[])) AS name_key,
    unnest(CAST(:sector AS VARCHAR[])) AS sector,
    unnest(CAST(:sector_key AS VARCHAR[])) AS sector_key,
    unnest(CAST(:level AS VARCHAR[])) AS level,
    unnest(CAST(:fee AS BIGINT[])) AS fee,
    unnest(CAST(:limit_text AS VARCHAR[])) AS limit_text,
    unnest(CAST(:limit_size AS DOUBLE[])) AS limit_size,
    unnest(CAST(:limit_family AS VARCHAR[])) AS limit_family,
    unnest(CAST(:is_active AS BOOLEAN[])) AS is_active,
    unnest(CAST(:valid_to AS DATE[])) AS valid_to

-- The list of the portal's rows that could not be read, each under so many codes as there are twins (`write_twins`).
-- Parameters: :twins; reads rejections. Columns: those of rejections.parquet.
CREATE OR REPLACE TEMP TABLE rejections AS
SELECT
    * EXCLUDE (twin) REPLACE (
        dossier_code || '-' || twin AS dossier_code,
        source_row * CAST(:twins AS BIGINT) + twin AS source_row
    )
FROM (
    SELECT
        *,
        UNNEST(RANGE(CAST(:twins AS BIGINT))) AS twin
    FROM rejections
)

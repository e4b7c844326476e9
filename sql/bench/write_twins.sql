-- Write the rows of one partition in their order, each under so many codes as there are twins.
-- Parameters: :path, :twins; reads month_rows. A twin's number stands behind every code of its row: a hyphen sorts before all
-- digits, so the twins of a row follow it. Columns: those of a snapshot.
COPY (
    SELECT
        * EXCLUDE (twin) REPLACE (
            dossier_code || '-' || twin AS dossier_code,
            code_raw || '-' || twin AS code_raw,
            national_code || '-' || twin AS national_code,
            alternative_code || '-' || twin AS alternative_code,
            source_row * CAST(:twins AS BIGINT) + twin AS source_row
        )
    FROM (
        SELECT
            *,
            UNNEST(RANGE(CAST(:twins AS BIGINT))) AS twin
        FROM (
            SELECT *
            FROM month_rows
            ORDER BY
                dossier_code,
                source_file,
                source_row
        )
    )
) TO :path (FORMAT parquet, COMPRESSION zstd)

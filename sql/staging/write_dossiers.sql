-- Write `dossiers` in its order. Parameters: path.
COPY (
    SELECT *
    FROM dossiers
    ORDER BY
        dossier_code,
        source_file,
        source_row
) TO :path (FORMAT parquet, COMPRESSION zstd)

-- Write one partition anew: tonight's rows, and those of the base that stand. Parameters: month, base (its file), path.
COPY (
    SELECT *
    FROM dossiers
    WHERE partition_month(received_at, submitted_at) = CAST(:month AS VARCHAR)
    UNION ALL BY NAME
    SELECT *
    FROM read_parquet(CAST(:base AS VARCHAR))
    ANTI JOIN dropped USING (source_file, source_row)
    ORDER BY
        dossier_code,
        source_file,
        source_row
) TO :path (FORMAT parquet, COMPRESSION zstd)

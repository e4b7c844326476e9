-- Write the rows of one partition in their order. Parameters: month, path.
-- The engine notes in the file's schema that a list it made is never NULL, which it cannot know of rows merged from files
-- (`merge_month`): behind a CASE it knows it of neither, and both come to the same bytes.
COPY (
    SELECT * REPLACE (CASE WHEN len(warnings) >= 0 THEN warnings END AS warnings)
    FROM dossiers
    WHERE partition_month(received_at, submitted_at) = CAST(:month AS VARCHAR)
    ORDER BY
        dossier_code,
        source_file,
        source_row
) TO :path (FORMAT parquet, COMPRESSION zstd)

-- Write `rejections` in its order. Parameters: path.
COPY (
    SELECT *
    FROM rejections
    ORDER BY
        source_file,
        source_row
) TO :path (FORMAT parquet, COMPRESSION zstd)

-- Write `carried` in the order of its positions. Parameters: path.
COPY (
    SELECT *
    FROM carried
    ORDER BY
        _file,
        _row
) TO :path (FORMAT parquet, COMPRESSION zstd)

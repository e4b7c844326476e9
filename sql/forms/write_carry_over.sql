-- Write `carry_over` in the order of its key. Parameters: path.
COPY (
    SELECT *
    FROM carry_over
    ORDER BY
        side,
        dossier_code
) TO :path (FORMAT parquet, COMPRESSION zstd)

-- Write which records a reading saw or found to be gone. Parameters: records, months (lists, equally long), gone (list), path.
COPY (
    WITH seen AS (
        SELECT
            unnest(CAST(:records AS UBIGINT[])) AS record,
            unnest(CAST(:months AS INTEGER[])) AS month,
            FALSE AS is_gone
        UNION ALL
        SELECT
            unnest(CAST(:gone AS UBIGINT[])) AS record,
            0 AS month,
            TRUE AS is_gone
    )
    SELECT
        record,
        month,
        is_gone
    FROM seen
    ORDER BY record
) TO :path (FORMAT parquet, COMPRESSION zstd)

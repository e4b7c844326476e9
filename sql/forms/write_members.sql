-- Write `form_members` in the order of its key. Parameters: path.
COPY (
    SELECT *
    FROM form_members
    ORDER BY
        side,
        dossier_code
) TO :path (FORMAT parquet, COMPRESSION zstd)

-- Write the rows of one partition in their order. Parameters: path.
-- From a table of just these rows, since the engine notes in the file which columns it knows to be never NULL: so that
-- depends on the rows alone, not on whether they were staged or merged.
COPY (
    SELECT *
    FROM month_rows
    ORDER BY
        dossier_code,
        source_file,
        source_row
) TO :path (FORMAT parquet, COMPRESSION zstd)

-- Where the columns of some Parquet files lie. Parameters: :paths.
-- Columns: file_name, column_name, kind (stored type), is_first (column of its row group), rows (of the row group), begins,
-- size (bytes in the file); in the order of the file.
SELECT
    file_name,
    path_in_schema AS column_name,
    type AS kind,
    column_id = 0 AS is_first,
    row_group_num_rows AS rows,
    CASE WHEN dictionary_page_offset > 0 THEN LEAST(dictionary_page_offset, data_page_offset) ELSE data_page_offset END
        AS begins,
    total_compressed_size AS size
FROM PARQUET_METADATA(CAST(:paths AS VARCHAR[]))
ORDER BY
    file_name,
    row_group_id,
    column_id

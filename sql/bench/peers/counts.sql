-- What a peer's list of differences comes to. Parameters: :path.
-- Columns: only_left, only_right, differing_rows, differing_cells.
SELECT
    COUNT(CASE WHEN class = 'only_shop' THEN 1 END) AS only_left,
    COUNT(CASE WHEN class = 'only_portal' THEN 1 END) AS only_right,
    COUNT(DISTINCT CASE WHEN class = 'differs' THEN dossier_code END) AS differing_rows,
    COUNT(CASE WHEN class = 'differs' THEN 1 END) AS differing_cells
FROM READ_PARQUET(:path)

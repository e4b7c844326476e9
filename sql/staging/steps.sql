-- Table `steps`: the landed lines of the side table `steps`, read. Parameters: parts (list of paths), hyphens (other dashes count
-- as hyphens).
-- Columns: dossier_code, happened_at (local; NULL for what is no instant), word (status as spelled).
CREATE OR REPLACE TABLE steps AS
WITH texts AS (
    SELECT
        read_code("MaHoSo", :hyphens) AS dossier_code,
        read_text("ThoiDiemXuLy") AS at_text,
        read_text("TrangThai") AS word
    FROM read_json(
        :parts,
        format = 'newline_delimited',
        compression = 'zstd',
        columns = {
            'MaHoSo': 'VARCHAR',
            'ThoiDiemXuLy': 'VARCHAR',
            'TrangThai': 'VARCHAR'
        }
    )
)
SELECT
    dossier_code,
    unless_sentinel(read_local(at_text)) AS happened_at,
    word
FROM texts

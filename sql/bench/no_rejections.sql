-- An empty list of the portal's rows that could not be read; bench/rejected fills it month by month.
-- No parameters. Columns: those of rejections.parquet.
CREATE OR REPLACE TEMP TABLE rejections (
    side VARCHAR NOT NULL,
    source_file VARCHAR NOT NULL,
    source_row BIGINT NOT NULL,
    rule VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    dossier_code VARCHAR
)

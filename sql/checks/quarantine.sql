-- Which rows of one snapshot break which row rule of the contract? Added to the table broken.
-- Parameters: snapshot (path or glob of the dossiers), side.
-- Columns: side, source_file, source_row, dossier_code, rule (ids of doisoat.validate.contracts.ROW_RULES).
INSERT INTO broken
WITH snapshot AS (
    SELECT *
    FROM read_parquet(:snapshot)
),
broken_rows AS (
    SELECT
        source_file,
        source_row,
        dossier_code,
        UNNEST(list_filter(
            [
                CASE WHEN dossier_code IS NULL THEN 'key_present' END,
                CASE WHEN status NOT BETWEEN 1 AND 10 THEN 'status_on_scale' END,
                CASE WHEN status IN (2, 4, 5, 6, 8, 9, 10) AND received_at IS NULL THEN 'received_at_present' END,
                CASE WHEN status IN (9, 10) AND finished_at IS NULL THEN 'end_at_present' END,
                CASE WHEN due_at < received_at THEN 'due_after_received' END,
                CASE
                    WHEN supplement_completed_at < supplement_requested_at THEN 'supplement_in_order'
                END,
                CASE WHEN agency_code IS NULL THEN 'agency_present' END,
                CASE WHEN agency_code IS NOT NULL AND NOT agency_known THEN 'agency_known' END,
                CASE WHEN channel IS NULL THEN 'channel_known' END
            ],
            LAMBDA rule: rule IS NOT NULL
        )) AS rule
    FROM snapshot
)
SELECT
    :side AS side,
    source_file,
    source_row,
    dossier_code,
    rule
FROM broken_rows

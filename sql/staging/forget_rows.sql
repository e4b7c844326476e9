-- Take rows out of `landed`. Parameters: files, rows (lists, equally long: the positions).
DELETE FROM landed
WHERE (_file, _row) IN (
    SELECT
        unnest(CAST(:files AS VARCHAR[])),
        unnest(CAST(:rows AS BIGINT[]))
)

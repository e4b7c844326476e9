-- Take rows out of `older`. Parameters: files, rows (lists, equally long: the positions).
DELETE FROM older
WHERE (_file, _row) IN (
    SELECT
        unnest(CAST(:files AS VARCHAR[])),
        unnest(CAST(:rows AS BIGINT[]))
)

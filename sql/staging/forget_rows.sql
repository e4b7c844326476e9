-- Take rows out of `landed`. Parameters: files, rows (lists, equally long: the positions).
INSERT INTO forgotten
SELECT
    unnest(CAST(:files AS VARCHAR[])),
    unnest(CAST(:rows AS BIGINT[]))

-- Table `dropped`: which rows of the base's snapshot do not stand any more? Read again tonight; received in a month that was
-- read whole and not found there; become secret (known by a keyed digest of the record's id); or without any date, so that
-- their meaning depends on the night (they come back by `older`). From `base_rows`, `landed`.
-- Parameters: months (list, like 2026-08), inner_pad, outer_pad, ids (list of digests).
-- Columns: source_file, source_row, month (partition).
CREATE OR REPLACE TABLE dropped AS
WITH tonight AS (
    SELECT DISTINCT _id
    FROM landed
    WHERE _id IS NOT NULL
)
SELECT
    b.source_file,
    b.source_row,
    partition_month(local_time(COALESCE(b.received_at, b.submitted_at))) AS month
FROM base_rows AS b
LEFT JOIN tonight AS t
    ON t._id = b.record_id
WHERE
    t._id IS NOT NULL
    OR COALESCE(b.received_at, b.submitted_at) IS NULL
    OR list_contains(CAST(:months AS VARCHAR[]), strftime(local_time(b.received_at), '%Y-%m'))
    OR CASE
        WHEN len(CAST(:ids AS VARCHAR[])) > 0
            THEN list_contains(
                CAST(:ids AS VARCHAR[]),
                sha256(
                    CAST(:outer_pad AS BLOB) || unhex(sha256(CAST(:inner_pad AS BLOB) || encode('id:' || b.record_id)))
                )
            )
    END

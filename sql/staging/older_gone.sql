-- Take out of `older` what is proved to be gone: records received in a month that was read whole again and not found there.
-- Parameters: months (list, like 2026-08).
DELETE FROM older
WHERE
    list_contains(CAST(:months AS VARCHAR[]), strftime(read_local(read_text("NgayTiepNhan")), '%Y-%m'))
    AND _id NOT IN (
        SELECT _id
        FROM landed
        WHERE _id IS NOT NULL
    )

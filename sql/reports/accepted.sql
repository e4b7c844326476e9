-- What people have accepted until a day, the earliest end first.
-- Parameters: :cap (NULL = all). Columns: those of the relation work_list (work_list.sql).
SELECT *
FROM work_list
WHERE state = 'accepted'
ORDER BY
    accepted_until,
    work_rank,
    dossier_code
LIMIT CAST(:cap AS BIGINT)

-- The founding case: dossiers finished in time that the portal counts as overdue, longest first.
-- Parameters: :cap (NULL = all). Columns: those of the relation work_list (work_list.sql).
SELECT *
FROM work_list
WHERE
    kind = 'finished_not_synced'
    AND subtype = 'false_overdue'
    AND state <> 'accepted'
ORDER BY
    work_rank,
    dossier_code
LIMIT CAST(:cap AS BIGINT)

-- The worst discrepancies of every kind, technical ones apart, for the page's lists; without what is accepted.
-- Parameters: :cap (rows of one kind, and again of its technical part). Columns: those of the relation work_list (work_list.sql).
WITH ranked AS (
    SELECT
        work_list.*,
        ROW_NUMBER() OVER (
            PARTITION BY
                work_list.technical,
                work_list.kind
            ORDER BY
                work_list.work_rank,
                work_list.dossier_code,
                work_list.subtype,
                work_list.field
        ) AS place_in_kind
    FROM work_list
    WHERE work_list.state <> 'accepted'
)

SELECT * EXCLUDE (place_in_kind)
FROM ranked
WHERE place_in_kind <= :cap
ORDER BY
    technical,
    kind,
    place_in_kind

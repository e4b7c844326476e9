-- The work list in the order it should be done, of all agencies or of one; what is accepted is no work.
-- Parameters: :agency_code (NULL = all), :technical (NULL = both, else only technical or only not).
-- Columns: those of the relation work_list (work_list.sql), worst first.
SELECT *
FROM work_list
WHERE
    state <> 'accepted'
    AND (CAST(:agency_code AS VARCHAR) IS NULL OR agency_code = CAST(:agency_code AS VARCHAR))
    AND (CAST(:technical AS BOOLEAN) IS NULL OR technical = CAST(:technical AS BOOLEAN))
ORDER BY
    work_rank,
    dossier_code,
    kind,
    subtype,
    field

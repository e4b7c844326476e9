-- What each clock says about the dossiers they disagree about, worst first; three lines a dossier.
-- Parameters: :cap (dossiers; NULL = all). Columns: those of deadlines/clocks; instants are local times without a zone.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    subtype,
    clock,
    verdict,
    reason,
    timezone('Etc/GMT-7', due_at) AS due_at,
    timezone('Etc/GMT-7', end_at) AS end_at,
    timezone('Etc/GMT-7', begins_at) AS begins_at,
    timezone('Etc/GMT-7', paused_at) AS paused_at,
    status,
    timezone('Etc/GMT-7', received_at) AS received_at,
    timezone('Etc/GMT-7', appointed_at) AS appointed_at,
    extension_count,
    supplement_count,
    timezone('Etc/GMT-7', requested_at) AS requested_at,
    timezone('Etc/GMT-7', completed_at) AS completed_at,
    timezone('Etc/GMT-7', restarts_at) AS restarts_at,
    limit_amount,
    limit_unit
FROM clock_lines
QUALIFY
    CAST(:cap AS INTEGER) IS NULL
    OR DENSE_RANK() OVER (ORDER BY work_rank, dossier_code) <= CAST(:cap AS INTEGER)
ORDER BY
    work_rank,
    dossier_code,
    CASE clock WHEN 'luat' THEN 1 WHEN 'dvcqg' THEN 2 ELSE 3 END

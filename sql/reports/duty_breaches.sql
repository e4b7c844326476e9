-- Breaches of duties, of each the worst first.
-- Parameters: :cap (of each duty; NULL = all). Columns: duty, dossier_code, agency_code, procedure_code, began_at, done_at
-- (local times without a zone), measured.
SELECT
    duty,
    dossier_code,
    agency_code,
    procedure_code,
    timezone('Etc/GMT-7', began_at) AS began_at,
    timezone('Etc/GMT-7', done_at) AS done_at,
    measured
FROM duty_lines
QUALIFY
    CAST(:cap AS INTEGER) IS NULL
    OR ROW_NUMBER() OVER (
        PARTITION BY duty
        ORDER BY measured DESC NULLS LAST, began_at NULLS LAST, dossier_code
    ) <= CAST(:cap AS INTEGER)
ORDER BY
    duty,
    measured DESC NULLS LAST,
    began_at NULLS LAST,
    dossier_code

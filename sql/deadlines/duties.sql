-- Every breach of a duty, as it is kept (docs/data-contracts.md).
-- No parameters; reads found_breaches, late_intakes, late_notices. Columns: those of each; instants are instants again.
WITH duty_breaches AS (
    SELECT *
    FROM found_breaches
    UNION ALL
    SELECT *
    FROM late_intakes
    UNION ALL
    SELECT *
    FROM late_notices
)

SELECT
    duty,
    dossier_code,
    agency_code,
    procedure_code,
    instant(began_at) AS began_at,
    instant(done_at) AS done_at,
    measured
FROM duty_breaches
ORDER BY
    duty,
    dossier_code,
    began_at

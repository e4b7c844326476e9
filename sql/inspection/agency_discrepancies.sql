-- What a night found at an inspected agency and those below it, by agency, kind and cause.
-- Reads discrepancies (of assess). Parameters: :agency_code, :secret_agencies, :secret_procedures (lists).
-- Columns: agency_code, kind, cause, technical, discrepancies.
SELECT
    agency_code,
    kind,
    cause,
    technical,
    COUNT(*) AS discrepancies
FROM discrepancies
WHERE
    (agency_code = :agency_code OR STARTS_WITH(agency_code, :agency_code || '.'))
    AND NOT LIST_CONTAINS(CAST(:secret_procedures AS VARCHAR[]), COALESCE(procedure_code, ''))
    AND LEN(LIST_FILTER(
        CAST(:secret_agencies AS VARCHAR[]), LAMBDA one: agency_code = one OR STARTS_WITH(agency_code, one || '.')
    )) = 0
GROUP BY agency_code, kind, cause, technical
ORDER BY agency_code, kind, cause, technical

-- Adds the quiet dossiers of the months at hand. No parameters; reads screened.
INSERT INTO counted_pairs
SELECT
    month,
    agency_code,
    status,
    law,
    portal,
    province,
    FALSE AS is_false_overdue,
    FALSE AS is_one_sided,
    dossiers
FROM screened
WHERE dossier_code IS NULL

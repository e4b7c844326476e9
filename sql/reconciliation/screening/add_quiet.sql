-- Adds the month's quiet dossiers to the counts. No parameters; reads screened.
INSERT INTO quiet_counts
SELECT
    agency_code,
    status,
    law,
    portal,
    province,
    dossiers
FROM screened
WHERE dossier_code IS NULL

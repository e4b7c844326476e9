-- Takes recalled dossiers out of the counts they went into.
-- No parameters; reads clocks (of the month's shop rows), recalled_keys, dossiers.
INSERT INTO quiet_counts
SELECT
    agency_final,
    status,
    law,
    portal,
    province,
    -COUNT(*) AS dossiers
FROM clocks
WHERE
    EXISTS (
        SELECT 1
        FROM recalled_keys
        WHERE recalled_keys.dossier_code = clocks.dossier_code
    )
    AND NOT EXISTS (
        SELECT 1
        FROM dossiers
        WHERE dossiers.dossier_code = clocks.dossier_code
    )
GROUP BY
    agency_final,
    status,
    law,
    portal,
    province

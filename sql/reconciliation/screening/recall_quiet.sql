-- Takes the month's recalled dossiers out of the counts they went into.
-- No parameters; reads row_clocks (of the month's shop rows), month_recalled, dossiers.
INSERT INTO quiet_counts
SELECT
    agency_final AS agency_code,
    status,
    law,
    portal,
    province,
    -COUNT(*) AS dossiers
FROM row_clocks
WHERE
    EXISTS (
        SELECT 1
        FROM month_recalled
        WHERE month_recalled.dossier_code = row_clocks.dossier_code
    )
    AND NOT EXISTS (
        SELECT 1
        FROM dossiers
        WHERE dossiers.dossier_code = row_clocks.dossier_code
    )
GROUP BY
    agency_final,
    status,
    law,
    portal,
    province

-- Adds the month's dossiers that need no closer look to the counts.
-- No parameters; reads clocks (of the month's shop rows), month_suspects.
INSERT INTO quiet_counts
SELECT
    agency_final,
    status,
    law,
    portal,
    province,
    COUNT(*) AS dossiers
FROM clocks
WHERE NOT EXISTS (
    SELECT 1
    FROM month_suspects
    WHERE month_suspects.shop_key = clocks.dossier_code
)
GROUP BY
    agency_final,
    status,
    law,
    portal,
    province

-- How many dossiers of the shop the portal gave no answer about, by the shop's final agency: they have not vanished.
-- Parameters: unanswered, shop (paths of Parquet files). Columns: agency_code ('' = none), dossiers.
SELECT
    COALESCE(dossiers.agency_final, '') AS agency_code,
    COUNT(DISTINCT dossiers.dossier_code) AS dossiers
FROM read_parquet(:shop) AS dossiers
INNER JOIN read_parquet(:unanswered) AS unanswered ON dossiers.dossier_code = unanswered.dossier_code
GROUP BY COALESCE(dossiers.agency_final, '')

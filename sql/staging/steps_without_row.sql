-- How many dossiers have steps, but no row on this side? Columns: dossiers.
SELECT count(*) AS dossiers
FROM histories AS h
WHERE NOT EXISTS (
    SELECT 1
    FROM landed AS l
    WHERE l.dossier_code = h.dossier_code
)

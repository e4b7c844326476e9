-- Both rows of every dossier with anything to look at, after the look-ups: the fresh ones where a look-up
-- confirmed something about the dossier, else those of the night.
-- No parameters; reads night_pairs, fresh_pairs, rechecked_discrepancies. Columns: those of reconcile's pairs.
CREATE TEMP VIEW rechecked_pairs AS
WITH confirmed_dossiers AS (
    SELECT DISTINCT dossier_code
    FROM rechecked_discrepancies
    WHERE recheck = 'confirmed'
),

fresh_dossiers AS (
    SELECT fresh_pairs.*
    FROM fresh_pairs
    INNER JOIN confirmed_dossiers ON fresh_pairs.dossier_code = confirmed_dossiers.dossier_code
)

SELECT *
FROM fresh_dossiers
UNION ALL
SELECT night_pairs.*
FROM night_pairs
WHERE
    NOT EXISTS (
        SELECT 1
        FROM fresh_dossiers
        WHERE fresh_dossiers.dossier_code = night_pairs.dossier_code
    )
ORDER BY dossier_code

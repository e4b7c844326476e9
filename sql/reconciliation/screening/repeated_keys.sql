-- Keys that the portal has more than once within a month. The rows lie in the order of their keys: equal ones are neighbours.
-- No parameters; reads portal_dossiers. Columns: dossier_code, is_disordered (the file is not in that order).
CREATE OR REPLACE TEMP TABLE repeated_keys AS
WITH neighbours AS (
    SELECT
        dossier_code,
        LAG(dossier_code) OVER () AS previous
    FROM portal_dossiers
)

SELECT DISTINCT
    dossier_code,
    dossier_code < previous AS is_disordered
FROM neighbours
WHERE dossier_code <= previous

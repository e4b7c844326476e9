-- Keys that a side has more than once within a month. The rows lie in the order of their keys: equal ones are neighbours.
-- No parameters; reads staged_rows. Columns: side, dossier_code, is_disordered (the file is not in that order).
CREATE OR REPLACE TEMP TABLE repeated_keys AS
WITH neighbours AS (
    SELECT
        'shop' AS side,
        dossier_code,
        LAG(dossier_code) OVER () AS previous
    FROM shop_dossiers
    UNION ALL
    SELECT
        'portal' AS side,
        dossier_code,
        LAG(dossier_code) OVER () AS previous
    FROM portal_dossiers
)

SELECT DISTINCT
    side,
    dossier_code,
    dossier_code < previous AS is_disordered
FROM neighbours
WHERE dossier_code <= previous

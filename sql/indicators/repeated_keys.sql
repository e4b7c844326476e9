-- Keys with more than one staged row on a side.
-- No parameters; reads both_sides. Columns: side, dossier_code.
CREATE OR REPLACE TEMP TABLE repeated_keys AS
SELECT
    side,
    dossier_code
FROM both_sides
GROUP BY
    side,
    dossier_code
HAVING COUNT(*) > 1

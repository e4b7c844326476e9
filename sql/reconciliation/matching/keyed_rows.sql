-- Exactly one row per (side, key).
-- No parameters. Columns: those of staged_rows, place (always 1).
CREATE OR REPLACE TEMP VIEW keyed_rows AS
SELECT
    staged_rows.*,
    1 AS place
FROM staged_rows
WHERE
    NOT EXISTS (
        SELECT 1
        FROM duplicates
        WHERE
            duplicates.side = staged_rows.side
            AND duplicates.dossier_code = staged_rows.dossier_code
    )
UNION ALL
SELECT *
FROM chosen_rows

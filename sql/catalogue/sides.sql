-- Table `sides`: `entries` with whether they are in force on the day; of the portal one row a key (the best known one),
-- of the shop all, since several local codes may stand for one national procedure.
-- Parameters: business_date. Columns: those of entries, in_force (a state nobody told counts as in force).
CREATE OR REPLACE TABLE sides AS
SELECT
    *,
    COALESCE(is_active, TRUE) AND COALESCE(valid_to >= CAST(:business_date AS DATE), TRUE) AS in_force
FROM entries
QUALIFY side = 'shop' OR ROW_NUMBER() OVER (
    PARTITION BY side, sort, COALESCE(key, code)
    ORDER BY is_active DESC NULLS LAST, code, name NULLS LAST
) = 1

-- Table `agencies`: one row per agency of the reference table.
-- Parameters: one list per column, equally long. Columns: as selected; final_code = end of the chain of successors.
CREATE OR REPLACE TABLE agencies AS
SELECT
    unnest(CAST(:code AS VARCHAR[])) AS code,
    unnest(CAST(:name AS VARCHAR[])) AS name,
    unnest(CAST(:parent AS VARCHAR[])) AS parent,
    unnest(CAST(:valid_from AS DATE[])) AS valid_from,
    unnest(CAST(:valid_to AS DATE[])) AS valid_to,
    unnest(CAST(:final_code AS VARCHAR[])) AS final_code,
    unnest(CAST(:mailbox AS VARCHAR[])) AS mailbox

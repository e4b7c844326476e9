-- Adds what goes with each kind and subtype.
-- Parameters: one list per column, equally long. Columns: as below.
INSERT INTO kind_facts
SELECT
    UNNEST(CAST(:kind AS VARCHAR[])) AS kind,
    UNNEST(CAST(:subtype AS VARCHAR[])) AS subtype,
    UNNEST(CAST(:side AS VARCHAR[])) AS side,
    UNNEST(CAST(:severity AS VARCHAR[])) AS severity,
    UNNEST(CAST(:technical AS BOOLEAN[])) AS technical

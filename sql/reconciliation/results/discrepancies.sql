-- The discrepancies as the next stages read them (docs/data-contracts.md).
-- No parameters; reads tonight_discrepancies, carried_discrepancies. Columns: those of both.
CREATE TEMP VIEW discrepancies AS
SELECT *
FROM tonight_discrepancies
UNION ALL
SELECT *
FROM carried_discrepancies
ORDER BY
    dossier_code,
    kind,
    subtype,
    field

-- What the fresh judgement finds.
-- No parameters; reads fresh_discrepancies. Columns: dossier_code, kind, subtype.
SELECT
    dossier_code,
    kind,
    subtype
FROM fresh_discrepancies
ORDER BY
    dossier_code,
    kind,
    subtype

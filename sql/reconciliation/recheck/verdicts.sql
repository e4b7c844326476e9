-- The verdict on each of tonight's discrepancies, as a relation.
-- Parameters: :dossier_codes, :kinds, :subtypes, :fields, :verdicts (lists of one length).
-- Columns: dossier_code, kind, subtype, field, recheck.
CREATE TEMP TABLE verdicts AS
SELECT
    UNNEST(CAST(:dossier_codes AS VARCHAR[])) AS dossier_code,
    UNNEST(CAST(:kinds AS VARCHAR[])) AS kind,
    UNNEST(CAST(:subtypes AS VARCHAR[])) AS subtype,
    UNNEST(CAST(:fields AS VARCHAR[])) AS field,
    UNNEST(CAST(:verdicts AS VARCHAR[])) AS recheck

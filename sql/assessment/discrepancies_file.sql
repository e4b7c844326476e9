-- What assess/discrepancies.parquet holds: the assessed discrepancies without their fingerprints, in file order.
-- Reads assessed. No parameters.
SELECT * EXCLUDE (fingerprint)
FROM assessed
ORDER BY
    dossier_code,
    kind,
    subtype,
    field,
    rank

-- Tonight's discrepancies with their lasting names: those that a fresh look-up refuted or could not settle stay out.
-- Reads the relation found (discrepancies of reconcile, or of recheck). Parameters: province.
-- Columns: fingerprint (as store/fingerprints.py makes it; CHR(31) stands in no code), and those of found.
CREATE TEMP TABLE tonight AS
SELECT
    SHA256(
        CONCAT_WS(CHR(31), :province, kind, dossier_code, field)
        || CASE
            WHEN kind IN ('aggregate_mismatch', 'catalogue_mismatch')
                THEN
                    CHR(31)
                    || CONCAT_WS(
                        CHR(31),
                        COALESCE(agency_code, ''),
                        COALESCE(procedure_code, ''),
                        COALESCE(period, ''),
                        COALESCE(subtype, '')
                    )
            ELSE ''
        END
    ) AS fingerprint,
    found.*
FROM found
WHERE COALESCE(recheck, '') NOT IN ('vanished', 'unknown')

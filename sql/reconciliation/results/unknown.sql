-- Dossiers about which this run says nothing, so that their earlier findings neither close nor go on.
-- No parameters; reads unknown_keys, dossiers.
-- Columns: dossier_code, reason (rejected, ambiguous_crosswalk, not_asked, look_up_failed, duplicated).
CREATE TEMP VIEW unknown AS
SELECT
    dossier_code,
    reason
FROM unknown_keys
UNION
SELECT
    dossier_code,
    set_aside AS reason
FROM dossiers
WHERE set_aside = 'duplicated'
ORDER BY
    dossier_code,
    reason

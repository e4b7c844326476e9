-- Tonight's discrepancies with the code each side knows the dossier by; what is not about a dossier cannot be asked.
-- No parameters; reads night_discrepancies, night_pairs (the files of `reconcile`).
-- Columns: dossier_code, kind, subtype, field, severity, shop_key, portal_key.
SELECT
    night_discrepancies.dossier_code,
    night_discrepancies.kind,
    night_discrepancies.subtype,
    night_discrepancies.field,
    night_discrepancies.severity,
    night_pairs.shop_key,
    night_pairs.portal_key
FROM night_discrepancies
LEFT JOIN night_pairs ON night_discrepancies.dossier_code = night_pairs.dossier_code
WHERE night_discrepancies.dossier_code <> ''
ORDER BY
    night_discrepancies.dossier_code,
    night_discrepancies.kind,
    night_discrepancies.subtype,
    night_discrepancies.field

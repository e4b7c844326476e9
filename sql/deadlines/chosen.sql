-- The dossiers whose clocks disagree, with their keys on either side.
-- No parameters; reads found (the night's discrepancies), pairs. Columns: dossier_code, agency_code, procedure_code, subtype,
-- work_rank (1 = worst), shop_key, portal_key.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT
    found.dossier_code,
    found.agency_code,
    found.procedure_code,
    found.subtype,
    found.rank AS work_rank,
    pairs.shop_key,
    pairs.portal_key
FROM found
INNER JOIN pairs ON found.dossier_code = pairs.dossier_code
WHERE found.kind = 'lateness_disagreement'

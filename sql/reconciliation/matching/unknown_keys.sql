-- Keys about which nothing can be said, with the reason.
-- No parameters. Columns: dossier_code, reason: rejected, ambiguous_crosswalk; rejected_side (NULL = both or none).
CREATE TEMP TABLE unknown_keys AS
SELECT
    dossier_code,
    'rejected' AS reason,
    rejected_side
FROM rejected_keys
UNION
SELECT
    shop_key AS dossier_code,
    'ambiguous_crosswalk' AS reason,
    CAST(NULL AS VARCHAR) AS rejected_side
FROM crosswalk
WHERE NOT is_unique
UNION
SELECT
    portal_key AS dossier_code,
    'ambiguous_crosswalk' AS reason,
    CAST(NULL AS VARCHAR) AS rejected_side
FROM crosswalk
WHERE NOT is_unique

-- Keys about which nothing can be said, with the reason.
-- No parameters. Columns: dossier_code, reason: rejected, ambiguous_crosswalk, not_asked, look_up_failed;
-- rejected_side: whose word is missing (NULL = both or none).
CREATE OR REPLACE TEMP TABLE unknown_keys AS
SELECT
    dossier_code,
    'rejected' AS reason,
    rejected_side
FROM rejected_keys
UNION
SELECT
    unanswered.dossier_code,
    unanswered.reason,
    'portal' AS rejected_side
FROM unanswered
WHERE NOT EXISTS (
    SELECT 1
    FROM rejected_keys
    WHERE rejected_keys.dossier_code = unanswered.dossier_code
)
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

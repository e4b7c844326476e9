-- How many lone dossiers no test may call missing, and how many pairs whose clocks cannot be held against each other.
-- Parameters: :scope_edge (last day on which a lone dossier is out of scope); reads pairs, counted_pairs.
-- Columns: as below.
WITH placed_pairs AS (
    SELECT
        shop_key IS NOT NULL AND portal_key IS NOT NULL AS is_pair,
        shop_key IS NOT NULL AND portal_key IS NULL AS is_shop_only,
        shop_key IS NULL AND portal_key IS NOT NULL AS is_portal_only,
        CAST(COALESCE(began_at_shop, began_at_portal) AS DATE) AS began_on,
        has_both_supplements
    FROM pairs
)

SELECT
    COUNT(CASE WHEN is_shop_only AND began_on > CAST(:scope_edge AS DATE) THEN 1 END) AS shop_only,
    COUNT(CASE WHEN is_portal_only AND began_on > CAST(:scope_edge AS DATE) THEN 1 END) AS portal_only,
    COUNT(CASE WHEN is_shop_only AND began_on <= CAST(:scope_edge AS DATE) THEN 1 END) AS shop_out_of_scope,
    COUNT(CASE WHEN is_portal_only AND began_on <= CAST(:scope_edge AS DATE) THEN 1 END) AS portal_out_of_scope,
    COUNT(CASE WHEN is_pair AND NOT has_both_supplements THEN 1 END) + (
        SELECT CAST(COALESCE(SUM(counted_pairs.dossiers), 0) AS BIGINT)
        FROM counted_pairs
        WHERE counted_pairs.is_one_sided
    ) AS one_sided_supplements
FROM placed_pairs

-- How many dossiers a test could not decide for want of a side or of a column.
-- Parameters: :scope_edge; reads pairs. Columns: as below.
SELECT
    COUNT(CASE WHEN portal_key IS NULL AND CAST(began_at_shop AS DATE) > CAST(:scope_edge AS DATE) THEN 1 END) AS shop_only,
    COUNT(CASE WHEN shop_key IS NULL AND CAST(began_at_portal AS DATE) > CAST(:scope_edge AS DATE) THEN 1 END) AS portal_only,
    COUNT(CASE WHEN portal_key IS NULL AND CAST(began_at_shop AS DATE) <= CAST(:scope_edge AS DATE) THEN 1 END) AS shop_out_of_scope,
    COUNT(CASE WHEN shop_key IS NULL AND CAST(began_at_portal AS DATE) <= CAST(:scope_edge AS DATE) THEN 1 END) AS portal_out_of_scope,
    COUNT(CASE WHEN shop_key IS NOT NULL AND portal_key IS NOT NULL AND NOT has_both_supplements THEN 1 END) AS one_sided_supplements
FROM pairs

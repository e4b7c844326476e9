-- Thiếu kết quả điện tử: the shop has finished a procedure that returns a document, longer ago than the sync
-- allowance, and has no electronic result (not_digitised), or has one that the portal, which shows it finished too,
-- lacks (not_synced).
-- Parameters: :sync_border (local); reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE WHEN has_result_shop THEN 'not_synced' ELSE 'not_digitised' END AS subtype,
    'DuongDanTepTinKetQua' AS field,
    CASE WHEN has_result_shop THEN '1' ELSE '0' END AS value_shop,
    CASE has_result_portal WHEN TRUE THEN '1' WHEN FALSE THEN '0' END AS value_portal
FROM pairs
WHERE
    status_shop IN (9, 10)
    AND returns_document
    AND (changed_at_shop IS NULL OR changed_at_shop < CAST(:sync_border AS TIMESTAMP))
    AND (
        NOT has_result_shop
        OR (has_result_shop AND status_portal IN (9, 10) AND NOT has_result_portal)
    )

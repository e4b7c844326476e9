-- Đã xong nhưng DVCQG còn xử lý: the shop has ended it, the portal still shows it open.
-- Subtype false_overdue (QĐ 766/QĐ-TTg, 2.1): the portal shows it late and would show it in time had it been synced.
-- Parameters: :sync_border (local); reads status_findings, sides.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE
        WHEN
            is_false_overdue
            AND (
                SELECT sides.has_due
                FROM sides
                WHERE sides.side = 'portal'
            )
            THEN 'false_overdue'
        ELSE ''
    END AS subtype,
    'TrangThaiHoSo' AS field,
    CAST(status_shop AS VARCHAR) AS value_shop,
    CAST(status_portal AS VARCHAR) AS value_portal
FROM status_findings
WHERE
    kind = 'finished_not_synced'
    AND (changed_at IS NULL OR changed_at < CAST(:sync_border AS TIMESTAMP))

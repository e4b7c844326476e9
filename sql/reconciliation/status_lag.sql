-- Chậm cập nhật trạng thái: the portal is behind in the order of statuses, neither has ended.
-- Parameters: :sync_border (local); reads status_findings.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    subtype AS subtype,
    'TrangThaiHoSo' AS field,
    CAST(status_shop AS VARCHAR) AS value_shop,
    CAST(status_portal AS VARCHAR) AS value_portal
FROM status_findings
WHERE
    kind = 'status_lag'
    AND (changed_at IS NULL OR changed_at < CAST(:sync_border AS TIMESTAMP))

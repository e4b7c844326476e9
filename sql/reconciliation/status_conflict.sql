-- Lệch trạng thái: the portal is ahead, or two different ends, or swapped or masked codes; no allowance.
-- No parameters; reads status_findings.
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
    kind = 'status_conflict'

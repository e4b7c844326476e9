-- Lệch kênh nộp: both channels are known (null in the source = 1) and differ.
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'KenhThucHien' AS field,
    CAST(channel_shop AS VARCHAR) AS value_shop,
    CAST(channel_portal AS VARCHAR) AS value_portal
FROM pairs
WHERE
    channel_shop <> channel_portal

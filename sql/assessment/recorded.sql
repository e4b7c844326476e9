-- What the warehouse keeps of tonight's discrepancies; one row per fingerprint.
-- Reads assessed. No parameters. Columns: those of the warehouse's table without province and lifecycle.
SELECT
    fingerprint,
    kind,
    subtype,
    dossier_code,
    agency_code,
    procedure_code,
    field,
    value_shop,
    value_portal,
    cause,
    side,
    severity,
    technical,
    period
FROM assessed
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY fingerprint
    ORDER BY rank
) = 1
ORDER BY fingerprint

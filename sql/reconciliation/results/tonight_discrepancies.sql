-- What tonight's look has found, as the next stages read it (docs/data-contracts.md).
-- No parameters; reads found, dossiers, kind_facts (kind, subtype, side, severity, technical).
-- Columns: as below; since is an instant again.
CREATE TEMP VIEW tonight_discrepancies AS
SELECT
    found.dossier_code,
    found.kind,
    found.subtype,
    found.agency_code,
    found.procedure_code,
    found.field,
    found.value_shop,
    found.value_portal,
    'undetermined' AS cause,
    kind_facts.side,
    kind_facts.severity,
    kind_facts.technical,
    instant(COALESCE(dossiers.changed_at_shop, dossiers.began_at_shop, dossiers.began_at_portal)) AS since,
    '' AS period
FROM found
INNER JOIN kind_facts
    ON
        found.kind = kind_facts.kind
        AND found.subtype = kind_facts.subtype
INNER JOIN dossiers ON found.dossier_code = dossiers.dossier_code

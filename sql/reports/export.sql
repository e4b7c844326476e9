-- The machine-readable list of discrepancies (discrepancies.csv and .parquet).
-- No parameters. Columns: the stable interface, in this order; text that a spreadsheet would read as a
-- formula gets a leading apostrophe.
SELECT
    regexp_replace(dossier_code, '^([-=+@\t\r])', '''\1') AS dossier_code,
    kind,
    COALESCE(subtype, '') AS subtype,
    regexp_replace(agency_code, '^([-=+@\t\r])', '''\1') AS agency_code,
    regexp_replace(procedure_code, '^([-=+@\t\r])', '''\1') AS procedure_code,
    field,
    regexp_replace(value_shop, '^([-=+@\t\r])', '''\1') AS value_shop,
    regexp_replace(value_portal, '^([-=+@\t\r])', '''\1') AS value_portal,
    cause,
    side,
    severity,
    CAST(first_seen_on AS DATE) AS first_seen_on,
    CAST(last_seen_on AS DATE) AS last_seen_on,
    state,
    COALESCE(period, '') AS period
FROM discrepancies
ORDER BY
    dossier_code,
    kind,
    subtype,
    field,
    agency_code,
    period

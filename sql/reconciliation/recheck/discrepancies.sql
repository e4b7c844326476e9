-- Tonight's discrepancies after the look-ups: confirmed ones as the fresh rows show them, those not looked up as they
-- were, vanished and unknown ones left out. What only the fresh rows show waits for the next night. What is not about
-- a dossier goes on as it is.
-- No parameters; reads night_discrepancies, fresh_discrepancies, verdicts.
-- Columns: those of reconcile's discrepancies, recheck (confirmed, unchecked, not_planned, not_about_dossier).
CREATE TEMP VIEW rechecked_discrepancies AS
WITH kept_discrepancies AS (
    SELECT
        night_discrepancies.*,
        verdicts.recheck
    FROM night_discrepancies
    INNER JOIN verdicts
        ON
            night_discrepancies.dossier_code = verdicts.dossier_code
            AND night_discrepancies.kind = verdicts.kind
            AND night_discrepancies.subtype = verdicts.subtype
            AND night_discrepancies.field = verdicts.field
    WHERE verdicts.recheck IN ('confirmed', 'unchecked', 'not_planned')
    UNION ALL
    SELECT
        *,
        'not_about_dossier' AS recheck
    FROM night_discrepancies
    WHERE dossier_code = ''
)

SELECT
    kept.dossier_code,
    kept.kind,
    kept.subtype,
    COALESCE(fresh.agency_code, kept.agency_code) AS agency_code,
    COALESCE(fresh.procedure_code, kept.procedure_code) AS procedure_code,
    kept.field,
    CASE WHEN fresh.kind IS NULL THEN kept.value_shop ELSE fresh.value_shop END AS value_shop,
    CASE WHEN fresh.kind IS NULL THEN kept.value_portal ELSE fresh.value_portal END AS value_portal,
    kept.cause,
    kept.side,
    kept.severity,
    kept.technical,
    COALESCE(fresh.since, kept.since) AS since,
    kept.period,
    kept.recheck
FROM kept_discrepancies AS kept
LEFT JOIN fresh_discrepancies AS fresh
    ON
        kept.recheck = 'confirmed'
        AND kept.dossier_code = fresh.dossier_code
        AND kept.kind = fresh.kind
        AND kept.subtype = fresh.subtype
        AND kept.field = fresh.field
ORDER BY
    kept.dossier_code,
    kept.kind,
    kept.subtype,
    kept.field,
    kept.agency_code,
    kept.period

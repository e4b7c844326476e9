-- What the period before left open, counted by itself: received before this period began and not ended before it.
-- Parameters: :starts_on; reads side_rows, form_units.
-- Columns: side, unit_code, section, field, dossiers.
SELECT
    side_rows.side,
    form_units.unit_code,
    COALESCE(form_units.section, 'province') AS section,
    side_rows.field,
    COUNT(*) AS dossiers
FROM side_rows
LEFT JOIN form_units ON side_rows.agency_code = form_units.agency_code
WHERE
    side_rows.status NOT IN (1, 3)
    AND CAST(side_rows.received_at AS DATE) < CAST(:starts_on AS DATE)
    AND NOT (
        side_rows.status IN (7, 8, 9, 10)
        AND COALESCE(CAST(side_rows.end_at AS DATE) < CAST(:starts_on AS DATE), TRUE)
    )
GROUP BY
    side_rows.side,
    form_units.unit_code,
    COALESCE(form_units.section, 'province'),
    side_rows.field
ORDER BY
    side_rows.side,
    form_units.unit_code,
    section,
    side_rows.field

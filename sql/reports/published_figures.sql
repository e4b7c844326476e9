-- Every figure the portal has published beside ours, month by month, the agencies in code order.
-- No parameters. Columns: period, agency_code, measure, field, counts, state, flag.
SELECT
    period,
    agency_code,
    measure,
    field,
    published,
    shop,
    portal,
    not_synced,
    differing,
    portal_only,
    state,
    flag
FROM figure_lines
ORDER BY
    period,
    agency_code,
    measure

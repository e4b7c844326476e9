-- The indicators of every unit, period after period, the units in code order.
-- No parameters; reads indicator_lines. Columns: those of indicators.parquet.
SELECT
    period,
    agency_code,
    indicator,
    part_shop,
    whole_shop,
    score_shop,
    part_portal,
    whole_portal,
    score_portal,
    part_published,
    whole_published,
    score_published,
    why_not
FROM indicator_lines
ORDER BY
    period,
    agency_code,
    indicator

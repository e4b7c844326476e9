-- What agencies are ranked by, period after period, in code order.
-- No parameters; reads ranking_lines. Columns: those of ranking.parquet.
SELECT
    period,
    agency_code,
    level,
    on_time_shop,
    handled_shop,
    on_time_portal,
    handled_portal,
    on_time_fair,
    handled_fair,
    set_apart
FROM ranking_lines
ORDER BY
    period,
    agency_code

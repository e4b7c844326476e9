-- How long the discrepancies of agencies lasted, in code order.
-- No parameters; reads lags. Columns: those of lags.parquet.
SELECT
    agency_code,
    days,
    is_open,
    discrepancies
FROM lags
ORDER BY
    agency_code,
    days,
    is_open

-- Why the sides' indicators differ, period after period, the units in code order.
-- No parameters; reads indicator_causes. Columns: those of causes.parquet.
SELECT
    period,
    agency_code,
    indicator,
    cause,
    dossiers,
    part,
    whole,
    points,
    gain
FROM indicator_causes
ORDER BY
    period,
    agency_code,
    indicator,
    cause

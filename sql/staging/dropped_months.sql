-- In which partitions of the base do rows not stand any more? From `dropped`. Columns: month.
SELECT DISTINCT month
FROM dropped
ORDER BY month

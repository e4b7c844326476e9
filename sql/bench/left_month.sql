-- The month of what the oldest month left over: one, as no row moves further than a week. No parameters; reads month_rows.
-- Columns: month (like 2026-08; NULL without such rows).
SELECT MIN(partition_month(received_at, submitted_at)) AS month
FROM month_rows

-- The month of what the oldest month left over: one, as no row moves further than a week. No parameters; reads month_rows.
-- Columns: month (like 2026-08; NULL without such rows).
SELECT MIN(STRFTIME(COALESCE(received_at, submitted_at), '%Y-%m')) AS month
FROM month_rows

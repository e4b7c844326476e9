-- The portal's rows of one partition. Parameters: :month (like 2026-08); reads portal_rows.
-- Columns: those of a snapshot.
CREATE OR REPLACE TEMP TABLE month_rows AS
SELECT *
FROM portal_rows
WHERE STRFTIME(COALESCE(received_at, submitted_at), '%Y-%m') = CAST(:month AS VARCHAR)

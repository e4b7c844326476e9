-- The portal's rows that belong to another month: it says they were received earlier. Parameters: :month (like 2026-08);
-- reads portal_rows. Columns: those of a snapshot.
CREATE OR REPLACE TEMP TABLE left_rows AS
SELECT *
FROM portal_rows
WHERE STRFTIME(COALESCE(received_at, submitted_at), '%Y-%m') <> CAST(:month AS VARCHAR)

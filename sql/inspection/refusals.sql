-- How many dossiers the shop refused to receive (3) or stopped (8), of those submitted (else received) within some days.
-- Reads shop_rows (the snapshot). Parameters: :first_day, :last_day. Columns: not_received, stopped.
SELECT
    COUNT(*) FILTER (WHERE status = 3) AS not_received,
    COUNT(*) FILTER (WHERE status = 8) AS stopped
FROM shop_rows
WHERE CAST(COALESCE(submitted_at, received_at) AS DATE) BETWEEN :first_day AND :last_day

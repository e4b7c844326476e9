-- The days of a month on which a made world receives dossiers: working days up to the 28th.
-- Parameters: :month (its first day). Columns: days.
SELECT LIST(day ORDER BY day) AS days
FROM calendar
WHERE
    is_working
    AND day >= CAST(:month AS DATE)
    AND day < CAST(:month AS DATE) + 28

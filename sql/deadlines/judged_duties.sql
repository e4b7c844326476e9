-- For how many dossiers each duty that is judged here could be judged.
-- No parameters; reads dutiful_rows.
-- Columns: duty, judged, without_data (the duty concerns them, but a date is not told), earlier (received before there was
-- such a duty).
SELECT
    'late_intake' AS duty,
    COUNT(*) FILTER (WHERE is_online AND submitted_at IS NOT NULL AND intake_hours IS NOT NULL) AS judged,
    COUNT(*) FILTER (WHERE is_online AND submitted_at IS NULL AND intake_hours IS NOT NULL) AS without_data,
    COUNT(*) FILTER (WHERE is_online AND intake_hours IS NULL) AS earlier
FROM dutiful_rows
UNION ALL
SELECT
    'supplement_notice' AS duty,
    COUNT(*) FILTER (
        WHERE requested_at IS NOT NULL AND supplement_count <= 1 AND notice_days IS NOT NULL
    ) AS judged,
    COUNT(*) FILTER (
        WHERE supplement_count > 0 AND (requested_at IS NULL OR supplement_count > 1) AND notice_days IS NOT NULL
    ) AS without_data,
    COUNT(*) FILTER (WHERE supplement_count > 0 AND notice_days IS NULL) AS earlier
FROM dutiful_rows

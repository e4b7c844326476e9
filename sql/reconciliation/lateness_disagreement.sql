-- Lệch đánh giá đúng hạn: equal statuses, dates that agree, and yet one clock says in time and another late.
-- The subtype names the first reason that fits.
-- No parameters; reads pairs, calendar, and found (what the three kinds about dates have found before).
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    pairs.dossier_code,
    pairs.agency_code,
    pairs.procedure_code,
    CASE
        WHEN pairs.supplement_count_portal > 1 THEN 'second_supplement'
        WHEN pairs.extension_count_shop > 1 THEN 'second_extension'
        WHEN pairs.status_shop = 5 THEN 'open_supplement'
        WHEN pairs.completed_at_shop IS NOT NULL THEN 'supplement_reset'
        WHEN pairs.due_at_shop IS NULL OR pairs.due_at_portal IS NULL THEN 'no_due_date'
        WHEN NOT calendar.is_working THEN 'due_on_day_off'
        WHEN CAST(pairs.end_at_portal AS DATE) = CAST(pairs.due_at_portal AS DATE) THEN 'same_day_time'
        ELSE 'other'
    END AS subtype,
    'NgayHenTra' AS field,
    pairs.law AS value_shop,
    pairs.portal_clock AS value_portal
FROM pairs
LEFT JOIN calendar ON CAST(pairs.due_at_shop AS DATE) = calendar.day
WHERE
    pairs.status_shop = pairs.status_portal
    AND pairs.has_both_supplements
    AND 'late' IN (pairs.law, pairs.portal_clock, pairs.province_clock)
    AND 'on_time' IN (pairs.law, pairs.portal_clock, pairs.province_clock)
    AND NOT EXISTS (
        SELECT 1
        FROM found
        WHERE
            found.dossier_code = pairs.dossier_code
            AND found.kind IN ('received_at_mismatch', 'due_at_mismatch', 'finished_at_mismatch')
    )

-- Lệch ngày kết thúc: both sides have ended it, at different instants (finished, else returned), or one does not say when.
-- Subtype by the signature of the distance.
-- Parameters: :finished_at_tolerance_s, :shift_signature_tolerance_s, :midnight_is_day; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE
        WHEN end_at_shop IS NULL OR end_at_portal IS NULL THEN 'absent'
        WHEN ABS(ABS(EXTRACT(EPOCH FROM (end_at_portal - end_at_shop))) - 25200) <= CAST(:shift_signature_tolerance_s AS INTEGER) THEN 'timezone_7h'
        WHEN ABS(ABS(EXTRACT(EPOCH FROM (end_at_portal - end_at_shop))) - 43200) <= CAST(:shift_signature_tolerance_s AS INTEGER) THEN 'clock_12h'
        ELSE ''
    END AS subtype,
    'NgayKetThucXuLy' AS field,
    REPLACE(CAST(end_at_shop AS VARCHAR), ' ', 'T') || '+07:00' AS value_shop,
    REPLACE(CAST(end_at_portal AS VARCHAR), ' ', 'T') || '+07:00' AS value_portal
FROM pairs
WHERE
    shop_key IS NOT NULL
    AND portal_key IS NOT NULL
    AND status_shop IN (7, 8, 9, 10)
    AND status_portal IN (7, 8, 9, 10)
    AND (
        CASE
            WHEN
                CAST(:midnight_is_day AS BOOLEAN)
                AND (CAST(end_at_shop AS TIME) = TIME '00:00:00' OR CAST(end_at_portal AS TIME) = TIME '00:00:00')
                THEN CAST(end_at_shop AS DATE) <> CAST(end_at_portal AS DATE)
            ELSE ABS(EXTRACT(EPOCH FROM (end_at_portal - end_at_shop))) > CAST(:finished_at_tolerance_s AS INTEGER)
        END
        OR (end_at_shop IS NULL) <> (end_at_portal IS NULL)
    )

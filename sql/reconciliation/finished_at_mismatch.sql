-- Lệch ngày kết thúc: both sides have ended it, at different instants (finished, else returned; by date if either
-- has day precision, else beyond the tolerance), or one does not say when. Subtype by the distance.
-- Parameters: :finished_at_tolerance_s, :shift_signature_tolerance_s, :midnight_is_day; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
WITH both_sides AS (
    SELECT
        *,
        ABS(EXTRACT(EPOCH FROM (end_at_portal - end_at_shop))) AS seconds_apart
    FROM pairs
    WHERE
        shop_key IS NOT NULL
        AND portal_key IS NOT NULL
        AND status_shop IN (7, 8, 9, 10)
        AND status_portal IN (7, 8, 9, 10)
)

SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE
        WHEN seconds_apart IS NULL THEN 'absent'
        WHEN ABS(seconds_apart - 25200) <= CAST(:shift_signature_tolerance_s AS INTEGER) THEN 'timezone_7h'
        WHEN ABS(seconds_apart - 43200) <= CAST(:shift_signature_tolerance_s AS INTEGER) THEN 'clock_12h'
        ELSE ''
    END AS subtype,
    'NgayKetThucXuLy' AS field,
    REPLACE(CAST(end_at_shop AS VARCHAR), ' ', 'T') || '+07:00' AS value_shop,
    REPLACE(CAST(end_at_portal AS VARCHAR), ' ', 'T') || '+07:00' AS value_portal
FROM both_sides
WHERE
    CASE
        WHEN
            CAST(:midnight_is_day AS BOOLEAN)
            AND TIME '00:00:00' IN (CAST(end_at_shop AS TIME), CAST(end_at_portal AS TIME))
            THEN CAST(end_at_shop AS DATE) <> CAST(end_at_portal AS DATE)
        ELSE seconds_apart > CAST(:finished_at_tolerance_s AS INTEGER)
    END
    OR (end_at_shop IS NULL) <> (end_at_portal IS NULL)

-- Lệch ngày tiếp nhận: two instants that differ (by date if either has day precision, else beyond the
-- tolerance), or exactly one is null although both statuses are received ones. Subtype by the distance.
-- Parameters: :received_at_tolerance_s, :shift_signature_tolerance_s, :midnight_is_day; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
WITH both_sides AS (
    SELECT
        *,
        ABS(EXTRACT(EPOCH FROM (received_at_portal - received_at_shop))) AS seconds_apart
    FROM pairs
    WHERE
        shop_key IS NOT NULL
        AND portal_key IS NOT NULL
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
    'NgayTiepNhan' AS field,
    REPLACE(CAST(received_at_shop AS VARCHAR), ' ', 'T') || '+07:00' AS value_shop,
    REPLACE(CAST(received_at_portal AS VARCHAR), ' ', 'T') || '+07:00' AS value_portal
FROM both_sides
WHERE
    CASE
        WHEN
            CAST(:midnight_is_day AS BOOLEAN)
            AND TIME '00:00:00' IN (CAST(received_at_shop AS TIME), CAST(received_at_portal AS TIME))
            THEN CAST(received_at_shop AS DATE) <> CAST(received_at_portal AS DATE)
        ELSE seconds_apart > CAST(:received_at_tolerance_s AS INTEGER)
    END
    OR (
        (received_at_shop IS NULL) <> (received_at_portal IS NULL)
        AND status_shop IN (2, 4, 5, 6, 8, 9, 10)
        AND status_portal IN (2, 4, 5, 6, 8, 9, 10)
    )

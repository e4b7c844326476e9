-- Lệch ngày tiếp nhận: both instants and different (by date if either has day precision, else beyond the tolerance),
-- or exactly one is null although both statuses are received ones. Subtype by the signature of the distance.
-- Parameters: :received_at_tolerance_s, :shift_signature_tolerance_s, :midnight_is_day; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE
        WHEN received_at_shop IS NULL OR received_at_portal IS NULL THEN 'absent'
        WHEN ABS(ABS(EXTRACT(EPOCH FROM (received_at_portal - received_at_shop))) - 25200) <= CAST(:shift_signature_tolerance_s AS INTEGER) THEN 'timezone_7h'
        WHEN ABS(ABS(EXTRACT(EPOCH FROM (received_at_portal - received_at_shop))) - 43200) <= CAST(:shift_signature_tolerance_s AS INTEGER) THEN 'clock_12h'
        ELSE ''
    END AS subtype,
    'NgayTiepNhan' AS field,
    REPLACE(CAST(received_at_shop AS VARCHAR), ' ', 'T') || '+07:00' AS value_shop,
    REPLACE(CAST(received_at_portal AS VARCHAR), ' ', 'T') || '+07:00' AS value_portal
FROM pairs
WHERE
    shop_key IS NOT NULL
    AND portal_key IS NOT NULL
    AND (
        CASE
            WHEN
                CAST(:midnight_is_day AS BOOLEAN)
                AND (CAST(received_at_shop AS TIME) = TIME '00:00:00' OR CAST(received_at_portal AS TIME) = TIME '00:00:00')
                THEN CAST(received_at_shop AS DATE) <> CAST(received_at_portal AS DATE)
            ELSE ABS(EXTRACT(EPOCH FROM (received_at_portal - received_at_shop))) > CAST(:received_at_tolerance_s AS INTEGER)
        END
        OR (
            (received_at_shop IS NULL) <> (received_at_portal IS NULL)
            AND status_shop IN (2, 4, 5, 6, 8, 9, 10)
            AND status_portal IN (2, 4, 5, 6, 8, 9, 10)
        )
    )

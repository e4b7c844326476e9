-- Lệch ngày hẹn trả: the dates are further apart than the tolerance (hours do not matter), or exactly one is
-- null on a dossier that both sides have received. Subtype by the distance.
-- Parameters: :due_at_tolerance_days, :shift_signature_tolerance_s; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
WITH both_sides AS (
    SELECT
        *,
        ABS(EXTRACT(EPOCH FROM (due_at_portal - due_at_shop))) AS seconds_apart
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
    'NgayHenTra' AS field,
    REPLACE(CAST(due_at_shop AS VARCHAR), ' ', 'T') || '+07:00' AS value_shop,
    REPLACE(CAST(due_at_portal AS VARCHAR), ' ', 'T') || '+07:00' AS value_portal
FROM both_sides
WHERE
    ABS(CAST(due_at_portal AS DATE) - CAST(due_at_shop AS DATE)) > CAST(:due_at_tolerance_days AS INTEGER)
    OR (
        (due_at_shop IS NULL) <> (due_at_portal IS NULL)
        AND received_at_shop IS NOT NULL
        AND received_at_portal IS NOT NULL
        AND status_shop NOT IN (1, 3)
        AND status_portal NOT IN (1, 3)
    )

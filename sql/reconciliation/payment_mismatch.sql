-- Lệch thanh toán trực tuyến: one side says paid online (1, 2) and the other not (0, 3, nothing), or both say paid
-- and the known amounts differ.
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
WITH paid_pairs AS (
    SELECT
        *,
        COALESCE(online_payment_shop IN (1, 2), FALSE) AS is_paid_shop,
        COALESCE(online_payment_portal IN (1, 2), FALSE) AS is_paid_portal
    FROM pairs
    WHERE
        shop_key IS NOT NULL
        AND portal_key IS NOT NULL
)

SELECT
    dossier_code,
    agency_code,
    procedure_code,
    'flag' AS subtype,
    'DuocThanhToanTrucTuyen' AS field,
    CAST(online_payment_shop AS VARCHAR) AS value_shop,
    CAST(online_payment_portal AS VARCHAR) AS value_portal
FROM paid_pairs
WHERE is_paid_shop <> is_paid_portal
UNION ALL
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    'amount' AS subtype,
    'TongLePhi' AS field,
    CAST(fee_total_shop AS VARCHAR) AS value_shop,
    CAST(fee_total_portal AS VARCHAR) AS value_portal
FROM paid_pairs
WHERE
    is_paid_shop
    AND is_paid_portal
    AND fee_total_shop <> fee_total_portal

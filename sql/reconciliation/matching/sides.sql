-- What each side can be asked: one row a side. A column the source does not have is no evidence of anything.
-- Parameters: for each side its completeness and whether the source has the columns of a family.
-- Columns: side, is_complete, has_due, has_procedure, has_agency, has_channel, has_payment, has_fee, has_result,
-- has_supplements, has_extensions.
CREATE TEMP TABLE sides AS
SELECT
    'shop' AS side,
    CAST(:shop_complete AS BOOLEAN) AS is_complete,
    CAST(:shop_has_due AS BOOLEAN) AS has_due,
    CAST(:shop_has_procedure AS BOOLEAN) AS has_procedure,
    CAST(:shop_has_agency AS BOOLEAN) AS has_agency,
    CAST(:shop_has_channel AS BOOLEAN) AS has_channel,
    CAST(:shop_has_payment AS BOOLEAN) AS has_payment,
    CAST(:shop_has_fee AS BOOLEAN) AS has_fee,
    CAST(:shop_has_result AS BOOLEAN) AS has_result,
    CAST(:shop_has_supplements AS BOOLEAN) AS has_supplements,
    CAST(:shop_has_extensions AS BOOLEAN) AS has_extensions
UNION ALL
SELECT
    'portal' AS side,
    CAST(:portal_complete AS BOOLEAN) AS is_complete,
    CAST(:portal_has_due AS BOOLEAN) AS has_due,
    CAST(:portal_has_procedure AS BOOLEAN) AS has_procedure,
    CAST(:portal_has_agency AS BOOLEAN) AS has_agency,
    CAST(:portal_has_channel AS BOOLEAN) AS has_channel,
    CAST(:portal_has_payment AS BOOLEAN) AS has_payment,
    CAST(:portal_has_fee AS BOOLEAN) AS has_fee,
    CAST(:portal_has_result AS BOOLEAN) AS has_result,
    CAST(:portal_has_supplements AS BOOLEAN) AS has_supplements,
    CAST(:portal_has_extensions AS BOOLEAN) AS has_extensions

-- Trùng mã hồ sơ trên DVCQG: the same normalised code more than once; the values are row counts.
-- Also of dossiers that are compared no further because the rows differ; not of unknown ones.
-- No parameters; reads dossiers, duplicates.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossiers.dossier_code,
    COALESCE(dossiers.agency_final_shop, dossiers.agency_final_portal) AS agency_code,
    COALESCE(
        dossiers.procedure_code_shop,
        dossiers.procedure_raw_shop,
        dossiers.procedure_code_portal,
        dossiers.procedure_raw_portal
    ) AS procedure_code,
    duplicates.subtype,
    'MaHoSo' AS field,
    CAST(
        CASE WHEN dossiers.shop_key IS NULL THEN 0 ELSE COALESCE(shop_duplicates.row_count, 1) END AS VARCHAR
    ) AS value_shop,
    CAST(
        CASE WHEN dossiers.portal_key IS NULL THEN 0 ELSE COALESCE(portal_duplicates.row_count, 1) END AS VARCHAR
    ) AS value_portal
FROM dossiers
INNER JOIN duplicates
    ON
        duplicates.side = 'portal'
        AND dossiers.portal_key = duplicates.dossier_code
LEFT JOIN duplicates AS shop_duplicates
    ON
        shop_duplicates.side = 'shop'
        AND dossiers.shop_key = shop_duplicates.dossier_code
LEFT JOIN duplicates AS portal_duplicates
    ON
        portal_duplicates.side = 'portal'
        AND dossiers.portal_key = portal_duplicates.dossier_code
WHERE
    dossiers.set_aside IS NULL
    OR dossiers.set_aside = 'duplicated'

-- Không có trên Một cửa: the portal has it for this province, the shop surely has not.
-- Parameters: :sync_border (local), :scope_edge (last day on which a lone dossier is out of scope).
-- Reads pairs, sides.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'TrangThaiHoSo' AS field,
    CAST(NULL AS VARCHAR) AS value_shop,
    CAST(status_portal AS VARCHAR) AS value_portal
FROM pairs
WHERE
    shop_key IS NULL
    AND (
        SELECT sides.is_complete
        FROM sides
        WHERE sides.side = 'shop'
    )
    AND NOT (status_portal = 7 AND received_at_portal IS NULL)
    AND began_at_portal < CAST(:sync_border AS TIMESTAMP)
    AND CAST(began_at_portal AS DATE) > CAST(:scope_edge AS DATE)

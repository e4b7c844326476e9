-- Chưa đồng bộ lên DVCQG: the shop has it, it is older than the sync allowance, the portal surely has not.
-- Parameters: :sync_border (local), :scope_edge (last day on which a lone dossier is out of scope).
-- Reads pairs, sides.
-- Columns: dossier_code, agency_code, procedure_code, subtype, field, value_shop, value_portal.
SELECT
    dossier_code,
    agency_code,
    procedure_code,
    '' AS subtype,
    'TrangThaiHoSo' AS field,
    CAST(status_shop AS VARCHAR) AS value_shop,
    CAST(NULL AS VARCHAR) AS value_portal
FROM pairs
WHERE
    portal_key IS NULL
    AND (
        SELECT sides.is_complete
        FROM sides
        WHERE sides.side = 'portal'
    )
    AND (status_shop IN (2, 4, 5, 6, 8, 9, 10) OR (status_shop = 7 AND received_at_shop IS NOT NULL))
    AND began_at_shop < CAST(:sync_border AS TIMESTAMP)
    AND CAST(began_at_shop AS DATE) > CAST(:scope_edge AS DATE)

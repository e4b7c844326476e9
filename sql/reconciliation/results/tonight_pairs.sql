-- What people need next to a code: both rows of every dossier with anything to look at tonight (docs/data-contracts.md).
-- Of a dossier whose rows contradict each other only the codes: which row is true is unknown.
-- No parameters; reads pairs, dossiers. Columns: as below; instants are instants again.
CREATE TEMP VIEW tonight_pairs AS
SELECT
    dossier_code,
    shop_key,
    portal_key,
    agency_code,
    procedure_code,
    status_shop,
    instant(received_at_shop) AS received_at_shop,
    instant(due_at_shop) AS due_at_shop,
    instant(finished_at_shop) AS finished_at_shop,
    instant(returned_at_shop) AS returned_at_shop,
    status_portal,
    instant(received_at_portal) AS received_at_portal,
    instant(due_at_portal) AS due_at_portal,
    instant(finished_at_portal) AS finished_at_portal,
    instant(returned_at_portal) AS returned_at_portal,
    law,
    portal_clock,
    province_clock
FROM pairs
UNION ALL
SELECT
    dossier_code,
    shop_key,
    portal_key,
    COALESCE(agency_final_shop, agency_final_portal) AS agency_code,
    COALESCE(procedure_code_shop, procedure_raw_shop, procedure_code_portal, procedure_raw_portal) AS procedure_code,
    NULL AS status_shop,
    NULL AS received_at_shop,
    NULL AS due_at_shop,
    NULL AS finished_at_shop,
    NULL AS returned_at_shop,
    NULL AS status_portal,
    NULL AS received_at_portal,
    NULL AS due_at_portal,
    NULL AS finished_at_portal,
    NULL AS returned_at_portal,
    NULL AS law,
    NULL AS portal_clock,
    NULL AS province_clock
FROM dossiers
WHERE set_aside = 'duplicated'

-- What both sides tell of each dossier of the month: the shop's row, and beside it the portal's as its plant has changed it.
-- Parameters: :root (the province's code); reads lives. Columns: number, plant, has_shop, has_portal, and of both rows, suffixed
-- with their side, what a snapshot holds; instants are local.
CREATE OR REPLACE TEMP TABLE told AS
WITH shop_rows AS (
    SELECT
        *,
        CASE
            WHEN draw % 5 < 2 AND plant <> 'legacy'
                THEN '000.00.' || SPLIT_PART(agency_code, '.', 2) || '.' || CAST(:root AS VARCHAR)
            ELSE agency_code
        END || '-' || code_tail AS code,
        CASE WHEN plant NOT IN ('intake', 'lag_refusal') THEN came_at END AS received_at_shop,
        CASE WHEN plant NOT IN ('intake', 'lag_refusal') THEN due_at END AS due_at_shop,
        CASE WHEN status IN (3, 7, 8, 9, 10) THEN ended_at END AS finished_at_shop,
        CASE WHEN status = 10 THEN handed_at END AS returned_at_shop,
        CASE
            WHEN plant IN ('stuck_sup', 'reset') THEN 1
            WHEN plant = 'twice_sup' THEN 2
            ELSE 0
        END AS supplement_count_shop,
        CASE WHEN plant IN ('stuck_sup', 'reset', 'twice_sup') THEN came_at + INTERVAL '1 day' END AS requested_at_shop,
        CASE WHEN plant IN ('reset', 'twice_sup') THEN completed_at END AS completed_at_shop,
        CASE WHEN plant = 'twice_ext' THEN 2 ELSE 0 END AS extension_count,
        CASE WHEN (more >> 12) % 10 < 7 THEN 2 ELSE 1 END AS channel_shop,
        CASE
            WHEN plant IN ('pay_flag', 'pay_amount') THEN 1
            WHEN (draw >> 34) % 10 < 3 THEN 1
            WHEN (draw >> 34) % 10 < 6 THEN 0
        END AS online_payment_shop,
        (1 + (more >> 16) % 300) * 1000 AS fee,
        status IN (9, 10) AND plant <> 'no_result' AS has_result_shop,
        CASE
            WHEN plant = 'unknown' THEN '9.' || SUBSTR(code_tail, 1, 6)
            WHEN plant = 'retired' THEN retired_procedure
            WHEN plant <> 'blank' THEN procedure_code
        END AS procedure_raw_shop,
        CASE plant
            WHEN 'fns_false' THEN 4 WHEN 'fns' THEN 4 WHEN 'lag' THEN 1 WHEN 'lag_cycle' THEN 5 WHEN 'lag_refusal' THEN 2
            WHEN 'ahead' THEN 9 WHEN 'end' THEN 10 WHEN 'masked' THEN 9 WHEN 'return' THEN 9 WHEN 'swap_3_8' THEN 8
            WHEN 'swap_1_2' THEN 1 ELSE status
        END AS status_portal
    FROM lives
),

portal_rows AS (
    SELECT
        *,
        CASE WHEN plant IN ('subst', 'subst_alt') THEN 'G22.99-' || code_tail ELSE code END AS code_portal,
        CASE
            WHEN plant = 'rcv' THEN came_at - INTERVAL '7 days'
            WHEN plant = 'rcv_7h' THEN came_at + INTERVAL '7 hours'
            WHEN plant = 'rcv_12h' THEN came_at - INTERVAL '12 hours'
            WHEN plant NOT IN ('intake', 'lag', 'rcv_absent') THEN came_at
        END AS received_at_portal,
        CASE
            WHEN plant = 'due' THEN due_at + INTERVAL '3 days'
            WHEN plant = 'due_7h' THEN due_at + INTERVAL '7 hours'
            WHEN plant = 'due_12h' THEN due_at + INTERVAL '12 hours'
            WHEN plant NOT IN ('intake', 'due_absent') THEN due_at
        END AS due_at_portal,
        CASE
            WHEN plant = 'ahead' THEN came_at + INTERVAL '2 days'
            WHEN plant = 'fin' THEN ended_at + INTERVAL '1 day'
            WHEN plant = 'fin_7h' THEN ended_at + INTERVAL '7 hours'
            WHEN plant = 'fin_12h' THEN ended_at + INTERVAL '12 hours'
            WHEN plant <> 'fin_absent' AND status_portal IN (3, 7, 8, 9, 10) THEN ended_at
        END AS finished_at_portal,
        CASE WHEN plant <> 'fin_absent' AND status_portal = 10 THEN handed_at END AS returned_at_portal,
        CASE WHEN plant = 'lag_cycle' THEN 1 ELSE supplement_count_shop END AS supplement_count_portal,
        CASE WHEN plant = 'lag_cycle' THEN came_at + INTERVAL '1 day' ELSE requested_at_shop END AS requested_at_portal,
        CASE WHEN online_payment_shop = 1 THEN fee END AS fee_total_shop,
        CASE WHEN online_payment_shop = 1 THEN CASE WHEN plant = 'pay_amount' THEN fee + 5000 ELSE fee END END
            AS fee_total_portal
    FROM shop_rows
)

SELECT
    number,
    plant,
    plant NOT IN ('portal_only', 'elsewhere') AS has_shop,
    plant NOT IN ('shop_only', 'rejected') AS has_portal,
    place_in_month,
    code AS code_shop,
    code_portal,
    CASE WHEN more % 50 = 0 THEN LOWER(code_portal) ELSE code_portal END AS code_raw_portal,
    status AS status_shop,
    status_portal,
    procedure_raw_shop,
    CASE WHEN plant NOT IN ('blank', 'unknown') THEN procedure_raw_shop END AS procedure_code_shop,
    CASE WHEN plant IN ('blank', 'unknown', 'retired') THEN plant END AS procedure_issue_shop,
    CASE WHEN plant = 'procedure' THEN next_procedure ELSE procedure_code END AS procedure_code_portal,
    agency_code AS agency_code_shop,
    agency_final AS agency_final_shop,
    plant = 'legacy' AS agency_ended_shop,
    CASE plant
        WHEN 'agency' THEN next_agency
        WHEN 'parent' THEN CAST(:root AS VARCHAR)
        WHEN 'no_agency' THEN CAST(:root AS VARCHAR) || '.999'
        WHEN 'elsewhere' THEN 'H21.05'
        ELSE agency_final
    END AS agency_final_portal,
    plant NOT IN ('no_agency', 'elsewhere') AS agency_known_portal,
    submitted_at,
    received_at_shop,
    received_at_portal,
    due_at_shop,
    due_at_portal,
    finished_at_shop,
    finished_at_portal,
    returned_at_shop,
    returned_at_portal,
    CASE
        WHEN status = 1 THEN submitted_at
        WHEN status = 2 THEN came_at
        WHEN status IN (4, 5, 6) THEN came_at + INTERVAL '1 day'
        ELSE COALESCE(returned_at_shop, finished_at_shop)
    END AS step_at_shop,
    CASE
        WHEN status_portal = 1 THEN submitted_at
        WHEN status_portal = 2 THEN came_at
        WHEN status_portal IN (4, 5, 6) THEN came_at + INTERVAL '1 day'
        ELSE COALESCE(returned_at_portal, finished_at_portal)
    END AS step_at_portal,
    supplement_count_shop,
    supplement_count_portal,
    requested_at_shop,
    requested_at_portal,
    completed_at_shop AS completed_at,
    extension_count,
    channel_shop,
    CASE WHEN plant = 'channel' THEN 3 - channel_shop ELSE channel_shop END AS channel_portal,
    online_payment_shop,
    CASE WHEN plant = 'pay_flag' THEN 0 ELSE online_payment_shop END AS online_payment_portal,
    fee_total_shop,
    fee_total_portal,
    has_result_shop,
    status_portal IN (9, 10) AND plant NOT IN ('no_result', 'unlinked') AS has_result_portal,
    CASE WHEN plant = 'subst' THEN code_portal END AS national_code_shop,
    CASE WHEN plant = 'subst_alt' THEN code_portal END AS alternative_code_shop
FROM portal_rows

-- What each side counts each handled dossier as, by the definitions of QĐ 766 (which the portal's clock judges).
-- No parameters; reads row_clocks (over indicators/clock_rows).
-- Columns: side, dossier_code, agency_code; received = NgayTiepNhan in the period (1.4, 3.3); fee = received, with a fee
-- other than 0 or paid online (3.6); on_time (2.1, 5.4); online = received online, with an electronic result where the
-- procedure returns one (3.3); full_process = received, of a procedure offered as a full online service, full_online = of
-- these submitted online (group 3); paid = with a fee, paid online (3.6); result = has an electronic result (4.1); reused
-- (4.3), stored (4.4), vneid (4.5b); days_to_end of what was received in the period and is finished (2.2; else NULL).
CREATE OR REPLACE TEMP TABLE contributions AS
WITH judged_rows AS (
    SELECT
        *,
        COALESCE(portal = 'on_time', FALSE) AS is_on_time,
        COALESCE(online_payment IN (1, 2), FALSE) AS is_paid_online
    FROM row_clocks
)

SELECT
    fed_by AS side,
    dossier_code,
    agency_code,
    is_received AS received,
    is_received AND COALESCE(fee_total <> 0, is_paid_online) AS fee,
    is_on_time AS on_time,
    is_received
    AND COALESCE(channel = 2, FALSE)
    AND ((has_result AND has_result_code) OR NOT returns_document) AS online,
    is_received AND is_full_process AS full_process,
    is_received AND is_full_process AND COALESCE(channel = 2, FALSE) AS full_online,
    is_received AND COALESCE(fee_total <> 0, TRUE) AND is_paid_online AS paid,
    has_result AS result,
    is_reused AS reused,
    is_stored AS stored,
    is_vneid AS vneid,
    CASE WHEN is_received THEN days_to_end END AS days_to_end
FROM judged_rows

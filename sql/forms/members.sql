-- Where each dossier of a period stands in the statutory form: one column of what came in, one of what became of it.
-- Online without a known level counts as partial, no channel (unreadable) as in person. Ended: before, on or after its due
-- date by the chosen clock; without an appointment and ended on the day of its reception it is on its date. Where the clock
-- knows no due date or no end, the dossier counts as in time (nothing says that it is late) and is marked.
-- Parameters: :clock (luat, dvcqg, mot_cua); reads row_clocks (over forms/clock_rows), form_units.
-- Columns: side, dossier_code, unit_code (who reports it; NULL = unknown), section, field (NULL = unknown), received_as
-- (online_full, online_partial, post, direct, carried), stands_as (early, on_due, late, open_in, open_over), received_on,
-- and the marks is_level_unknown, is_channel_unknown, is_due_unknown.
CREATE OR REPLACE TEMP TABLE form_members AS
WITH clocked_rows AS (
    SELECT
        *,
        status IN (7, 8, 9, 10) AS is_ended,
        CASE CAST(:clock AS VARCHAR)
            WHEN 'luat' THEN law
            WHEN 'dvcqg' THEN portal
            ELSE province
        END AS verdict,
        CAST(
            CASE CAST(:clock AS VARCHAR)
                WHEN 'luat' THEN law_due_at
                WHEN 'dvcqg' THEN portal_due_at
                ELSE due_at
            END AS DATE
        ) AS due_on,
        CAST(
            CASE CAST(:clock AS VARCHAR)
                WHEN 'luat' THEN law_stops_at
                WHEN 'dvcqg' THEN portal_stops_at
                ELSE stops_at
            END AS DATE
        ) AS stopped_on
    FROM row_clocks
),

judged_rows AS (
    SELECT
        *,
        COALESCE(is_ended AND due_at IS NULL AND CAST(end_at AS DATE) = CAST(received_at AS DATE), FALSE) AS is_immediate
    FROM clocked_rows
)

SELECT
    judged_rows.fed_by AS side,
    judged_rows.dossier_code,
    form_units.unit_code,
    COALESCE(form_units.section, 'province') AS section,
    judged_rows.field,
    CASE
        WHEN NOT judged_rows.is_received THEN 'carried'
        WHEN judged_rows.channel = 2 AND judged_rows.online_level = 'toan_trinh' THEN 'online_full'
        WHEN judged_rows.channel = 2 THEN 'online_partial'
        WHEN judged_rows.channel = 3 THEN 'post'
        ELSE 'direct'
    END AS received_as,
    CASE
        WHEN NOT judged_rows.is_ended AND judged_rows.verdict = 'late' THEN 'open_over'
        WHEN NOT judged_rows.is_ended THEN 'open_in'
        WHEN judged_rows.verdict = 'late' THEN 'late'
        WHEN judged_rows.is_immediate THEN 'on_due'
        WHEN judged_rows.verdict = 'on_time' AND judged_rows.stopped_on < judged_rows.due_on THEN 'early'
        ELSE 'on_due'
    END AS stands_as,
    CAST(judged_rows.received_at AS DATE) AS received_on,
    COALESCE(
        judged_rows.is_received
        AND judged_rows.channel = 2
        AND COALESCE(judged_rows.online_level NOT IN ('toan_trinh', 'mot_phan'), TRUE),
        FALSE
    ) AS is_level_unknown,
    judged_rows.is_received AND judged_rows.channel IS NULL AS is_channel_unknown,
    judged_rows.verdict <> 'late'
    AND NOT judged_rows.is_immediate
    AND (judged_rows.verdict = 'unknown' OR judged_rows.due_on IS NULL) AS is_due_unknown
FROM judged_rows
LEFT JOIN form_units ON judged_rows.agency_code = form_units.agency_code

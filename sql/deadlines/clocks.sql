-- What each clock says about a dossier they disagree about, and why, as it is kept (docs/data-contracts.md): law and
-- province of the shop's row, portal of the portal's.
-- No parameters; reads chosen, clock_reasons.
-- Columns: those of chosen without the keys; clock (luat, dvcqg, mot_cua), verdict, reason, due_at, end_at (what it compared),
-- begins_at, paused_at (of luat: `rules.clocks.Judgement`), and of the row it read status, received_at, appointed_at,
-- extension_count, supplement_count, requested_at, completed_at, restarts_at, limit_amount, limit_unit.
WITH clock_lines AS (
    SELECT
        *,
        UNNEST(CASE WHEN fed_by = 'portal' THEN ['dvcqg'] ELSE ['luat', 'mot_cua'] END) AS clock
    FROM clock_reasons
)

SELECT
    chosen.work_rank,
    chosen.dossier_code,
    chosen.agency_code,
    chosen.procedure_code,
    chosen.subtype,
    clock_lines.clock,
    CASE clock_lines.clock
        WHEN 'luat' THEN clock_lines.law
        WHEN 'dvcqg' THEN clock_lines.portal
        ELSE clock_lines.province
    END AS verdict,
    CASE clock_lines.clock
        WHEN 'luat' THEN clock_lines.law_reason
        WHEN 'dvcqg' THEN clock_lines.portal_reason
        ELSE clock_lines.province_reason
    END AS reason,
    instant(
        CASE clock_lines.clock
            WHEN 'luat' THEN clock_lines.law_due
            WHEN 'dvcqg' THEN clock_lines.portal_due
            ELSE clock_lines.province_due
        END
    ) AS due_at,
    instant(
        CASE clock_lines.clock
            WHEN 'luat' THEN clock_lines.law_end
            WHEN 'dvcqg' THEN clock_lines.portal_end
            ELSE clock_lines.province_end
        END
    ) AS end_at,
    instant(CASE WHEN clock_lines.clock = 'luat' THEN clock_lines.law_begins END) AS begins_at,
    instant(CASE WHEN clock_lines.clock = 'luat' THEN clock_lines.law_paused END) AS paused_at,
    CAST(clock_lines.status AS INTEGER) AS status,
    instant(clock_lines.received_at) AS received_at,
    instant(clock_lines.due_at) AS appointed_at,
    CAST(clock_lines.extension_count AS INTEGER) AS extension_count,
    CAST(clock_lines.supplement_count AS INTEGER) AS supplement_count,
    instant(clock_lines.requested_at) AS requested_at,
    instant(clock_lines.completed_at) AS completed_at,
    instant(clock_lines.reset_at) AS restarts_at,
    CAST(clock_lines.limit_amount AS DOUBLE) AS limit_amount,
    clock_lines.limit_unit
FROM clock_lines
INNER JOIN chosen ON clock_lines.dossier_code = chosen.dossier_code
ORDER BY
    chosen.work_rank,
    chosen.dossier_code,
    CASE clock_lines.clock WHEN 'luat' THEN 1 WHEN 'dvcqg' THEN 2 ELSE 3 END

-- By which rule each clock decided, and what it held against what; for rows that are shown, the nightly comparison does
-- not ask it. The reasons are those of `rules.clocks.Reason`, in the order in which the clock tries them.
-- No parameters; reads clock_dues, row_clocks.
-- Columns: those of clock_rows; law, portal, province (verdicts); and of each clock <clock>_reason, <clock>_due, <clock>_end
-- (local; NULL: not known, or nothing to compare); law_begins, law_paused (`rules.clocks.Judgement`).
CREATE OR REPLACE TEMP VIEW clock_reasons AS
WITH common AS (
    SELECT
        *,
        CASE
            WHEN status IN (1, 3) THEN 'not_received'
            WHEN received_at IS NULL AND status = 7 THEN 'withdrawn_before_reception'
            WHEN received_at IS NULL THEN 'reception_unknown'
        END AS common_reason
    FROM clock_dues
)

SELECT
    row_clocks.*,
    COALESCE(
        common.common_reason,
        CASE
            WHEN common.extension_count > 1 THEN 'second_extension'
            WHEN common.law_due_at IS NULL THEN 'due_unknown'
            WHEN common.law_stops_at IS NULL AND common.is_paused THEN 'payment_since_unknown'
            WHEN common.law_stops_at IS NULL THEN 'end_unknown'
            WHEN
                common.law_supplement = 'pause'
                AND common.status <> 5
                AND common.waited > INTERVAL '0 seconds'
                THEN 'waiting_subtracted'
            WHEN common.law_supplement = 'reset' AND common.reset_ends_at IS NOT NULL THEN 'term_restarted'
            WHEN common.due_at IS NULL THEN 'full_term'
            WHEN common.appointed_day <> CAST(common.due_at AS DATE) THEN 'appointment_moved'
            ELSE 'appointment'
        END
    ) AS law_reason,
    CASE WHEN common.common_reason IS NULL THEN common.law_due_at END AS law_due,
    CASE WHEN common.common_reason IS NULL THEN common.law_stops_at END AS law_end,
    CASE WHEN common.common_reason IS NULL THEN common.law_begins_at END AS law_begins,
    CASE WHEN common.common_reason IS NULL AND common.is_paused THEN common.step_at END AS law_paused,
    COALESCE(
        common.common_reason,
        CASE
            WHEN
                common.supplement_count > 1
                AND (common.portal_second_supplement = 'any' OR common.status = 5)
                THEN 'second_supplement'
            WHEN common.portal_due_at IS NULL THEN 'due_unknown'
            WHEN common.portal_stops_at IS NULL THEN 'end_unknown'
            WHEN common.status <> 5 AND common.waited > INTERVAL '0 seconds' THEN 'waiting_subtracted'
            WHEN common.due_at IS NULL THEN 'full_term'
            ELSE 'appointment'
        END
    ) AS portal_reason,
    CASE WHEN common.common_reason IS NULL THEN common.portal_due_at END AS portal_due,
    CASE WHEN common.common_reason IS NULL THEN common.portal_stops_at END AS portal_end,
    COALESCE(
        common.common_reason,
        CASE
            WHEN common.status = 5 THEN 'waiting_for_citizen'
            WHEN common.due_at IS NULL THEN 'no_appointment'
            WHEN common.status = 6 AND common.province_pauses_payment THEN 'waiting_for_payment'
            WHEN common.stops_at IS NULL THEN 'end_unknown'
            ELSE 'appointment'
        END
    ) AS province_reason,
    CASE WHEN common.common_reason IS NULL THEN common.due_at END AS province_due,
    CASE WHEN common.common_reason IS NULL THEN common.stops_at END AS province_end
FROM common
INNER JOIN row_clocks
    ON
        common.dossier_code = row_clocks.dossier_code
        AND common.fed_by = row_clocks.fed_by

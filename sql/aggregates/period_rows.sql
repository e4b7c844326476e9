-- The rows that were handled in a period, as they stood at its end (QĐ 766/QĐ-TTg, 2.1: received in the period or
-- carried over into it; what happened later is not known yet).
-- No parameters; reads side_rows, and the variable `period`. A view: what asks it needs few of the columns.
-- Handled: received (NgayTiepNhan) up to the end, not 1 or 3, and not ended before the period began. A row whose end
-- has no date counts only in the period of its reception. Received in the period: is_received, whatever became of it.
-- Columns: those of side_rows, whatever they are, is_received, and with the suffix _then the status, end and supplements
-- as they stood at the period's end.
CREATE TEMP VIEW period_rows AS
WITH placed_rows AS (
    SELECT
        *,
        CAST(received_at AS DATE) >= getvariable('period').starts_on AS is_received,
        status IN (7, 8, 9, 10) AS is_ended,
        COALESCE(CAST(end_at AS DATE) > getvariable('period').ends_on, FALSE) AS ends_later,
        COALESCE(CAST(requested_at AS DATE) > getvariable('period').ends_on, FALSE) AS is_asked_later,
        COALESCE(CAST(completed_at AS DATE) > getvariable('period').ends_on, FALSE) AS is_answered_later
    FROM side_rows
    WHERE
        status NOT IN (1, 3)
        AND CAST(received_at AS DATE) <= getvariable('period').ends_on
),

handled_rows AS (
    SELECT *
    FROM placed_rows
    WHERE
        is_received
        OR NOT is_ended
        OR CAST(end_at AS DATE) >= getvariable('period').starts_on
)

SELECT
    *,
    CASE
        WHEN is_ended AND NOT ends_later THEN status
        WHEN is_answered_later AND NOT is_asked_later THEN 5
        WHEN status = 5 AND is_asked_later THEN 4
        WHEN is_ended THEN 4
        ELSE status
    END AS status_then,
    CASE WHEN NOT ends_later THEN end_at END AS end_at_then,
    CASE WHEN is_asked_later THEN GREATEST(supplement_count - 1, 0) ELSE supplement_count END AS supplement_count_then,
    CASE WHEN NOT is_asked_later THEN requested_at END AS requested_at_then,
    CASE WHEN NOT is_answered_later THEN completed_at END AS completed_at_then
FROM handled_rows

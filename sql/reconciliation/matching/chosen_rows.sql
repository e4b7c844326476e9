-- One row of every repeated key: of identical rows any will do; of the others one that stands for the dossier's
-- agency and procedure. Chosen by content, never by file or position.
-- No parameters. Columns: those of staged_rows, place (always 1).
CREATE OR REPLACE TEMP TABLE chosen_rows AS
WITH ranked_rows AS (
    SELECT
        staged_rows.*,
        ROW_NUMBER() OVER (
            PARTITION BY staged_rows.side, staged_rows.dossier_code
            ORDER BY
                staged_rows.changed_at DESC NULLS LAST,
                staged_rows.status DESC,
                staged_rows.agency_final,
                staged_rows.agency_code,
                staged_rows.procedure_code,
                staged_rows.procedure_raw,
                staged_rows.received_at,
                staged_rows.submitted_at,
                staged_rows.due_at,
                staged_rows.finished_at,
                staged_rows.returned_at,
                staged_rows.step_at,
                staged_rows.supplement_count,
                staged_rows.requested_at,
                staged_rows.completed_at,
                staged_rows.first_completed_at,
                staged_rows.extension_count,
                staged_rows.channel,
                staged_rows.online_payment,
                staged_rows.fee_total,
                staged_rows.has_result
        ) AS place
    FROM staged_rows
    INNER JOIN duplicates
        ON
            staged_rows.side = duplicates.side
            AND staged_rows.dossier_code = duplicates.dossier_code
)

SELECT *
FROM ranked_rows
WHERE place = 1

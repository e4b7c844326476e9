-- Keys with more than one staged row on a side (paragraph "Duplicates").
-- No parameters. Columns: side, dossier_code (the key of that side), row_count, subtype: identical (all
-- canonical fields equal), conflicting_status, differing.
CREATE OR REPLACE TEMP TABLE duplicates AS
WITH repeated_keys AS (
    SELECT
        side,
        dossier_code
    FROM staged_rows
    GROUP BY
        side,
        dossier_code
    HAVING COUNT(*) > 1
)

SELECT
    staged_rows.side,
    staged_rows.dossier_code,
    COUNT(*) AS row_count,
    CASE
        WHEN COUNT(DISTINCT staged_rows.status) > 1 THEN 'conflicting_status'
        WHEN
            COUNT(
                DISTINCT ROW(
                    COALESCE(staged_rows.procedure_code, staged_rows.procedure_raw),
                    staged_rows.agency_code,
                    staged_rows.received_at,
                    staged_rows.submitted_at,
                    staged_rows.due_at,
                    staged_rows.finished_at,
                    staged_rows.returned_at,
                    staged_rows.step_at,
                    staged_rows.supplement_count,
                    staged_rows.asked_at,
                    staged_rows.answered_at,
                    staged_rows.first_completed_at,
                    staged_rows.extension_count,
                    staged_rows.channel,
                    staged_rows.online_payment,
                    staged_rows.fee_total,
                    staged_rows.has_result,
                    staged_rows.national_code,
                    staged_rows.alternative_code,
                    staged_rows.unit_code
                )
            ) > 1
            THEN 'differing'
        ELSE 'identical'
    END AS subtype
FROM staged_rows
INNER JOIN repeated_keys
    ON
        staged_rows.side = repeated_keys.side
        AND staged_rows.dossier_code = repeated_keys.dossier_code
GROUP BY
    staged_rows.side,
    staged_rows.dossier_code

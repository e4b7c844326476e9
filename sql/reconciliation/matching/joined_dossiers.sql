-- The dossiers at hand, and whether anything has to be looked at apart from the clocks.
-- No parameters; reads joined_rows, night. Columns: those of joined_rows; is_noteworthy: one side is absent, the rows differ,
-- or a test about one row may hold.
CREATE OR REPLACE TEMP VIEW joined_dossiers AS
SELECT
    joined_rows.*,
    COALESCE(
        joined_rows.shop_key IS NULL
        OR joined_rows.portal_key IS NULL
        OR joined_rows.crosswalk_field IS NOT NULL
        -- the two rows differ
        OR joined_rows.status_shop <> joined_rows.status_portal
        OR joined_rows.received_at_shop IS DISTINCT FROM joined_rows.received_at_portal
        OR joined_rows.due_at_shop IS DISTINCT FROM joined_rows.due_at_portal
        OR joined_rows.end_at_shop IS DISTINCT FROM joined_rows.end_at_portal
        OR joined_rows.channel_shop IS DISTINCT FROM joined_rows.channel_portal
        OR joined_rows.online_payment_shop IS DISTINCT FROM joined_rows.online_payment_portal
        OR joined_rows.fee_total_shop IS DISTINCT FROM joined_rows.fee_total_portal
        OR joined_rows.procedure_code_shop IS DISTINCT FROM joined_rows.procedure_code_portal
        OR joined_rows.agency_final_shop IS DISTINCT FROM joined_rows.agency_final_portal
        -- a test about one row may hold
        OR joined_rows.procedure_issue_shop IS NOT NULL
        OR joined_rows.procedure_issue_portal IS NOT NULL
        OR joined_rows.agency_ended_shop
        OR joined_rows.agency_ended_portal
        OR (
            joined_rows.status_shop IN (9, 10)
            AND NOT (
                COALESCE(joined_rows.has_result_shop, FALSE)
                AND COALESCE(joined_rows.has_result_portal, FALSE)
            )
        )
        OR (
            joined_rows.status_shop = 5
            AND CAST(COALESCE(joined_rows.requested_at_shop, joined_rows.step_at_shop) AS DATE)
            <= night.last_working_day - night.stuck_days
        )
        OR (
            joined_rows.status_shop = 6
            AND CAST(COALESCE(joined_rows.step_at_shop, joined_rows.received_at_shop) AS DATE)
            <= night.last_working_day - night.stuck_days
        )
        OR (
            joined_rows.status_shop = 4
            AND CAST(night.as_of AS DATE) - CAST(joined_rows.due_at_shop AS DATE) > night.stuck_past_due_days
        )
        OR (joined_rows.status_shop = 1 AND joined_rows.submitted_at_shop < night.intake_border)
        OR joined_rows.supplement_count_shop > night.max_supplements
        OR joined_rows.extension_count_shop > night.max_extensions,
        FALSE
    ) AS is_noteworthy
FROM joined_rows
CROSS JOIN night

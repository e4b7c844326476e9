-- The dossiers that make what comes over from the period before differ from what that period left, as it was published.
-- Reason: reopened (it had ended then), seen_late (not in the source then), received_moved (its reception now lies in another
-- period, or is gone), not_received (its status is 1 or 3 now), ended_earlier (its end was entered later, with a day before
-- this period), gone (the source has it no more), unit_moved, field_moved (still carried over, elsewhere).
-- Parameters: :starts_on; reads form_members, members_before (the published ones of the period before), side_rows.
-- Columns: side, dossier_code, reason, unit_before, unit_now, field_before, field_now, is_left (the period before left it
-- open), is_carried (this period takes it over).
CREATE OR REPLACE TEMP TABLE carry_over AS
WITH left_then AS (
    SELECT
        side,
        dossier_code,
        unit_code,
        field,
        STARTS_WITH(stands_as, 'open') AS is_left
    FROM members_before
),

carried_now AS (
    SELECT
        side,
        dossier_code,
        unit_code,
        field,
        received_as = 'carried' AS is_carried
    FROM form_members
),

compared AS (
    SELECT
        COALESCE(left_then.side, carried_now.side) AS side,
        COALESCE(left_then.dossier_code, carried_now.dossier_code) AS dossier_code,
        left_then.unit_code AS unit_before,
        carried_now.unit_code AS unit_now,
        left_then.field AS field_before,
        carried_now.field AS field_now,
        left_then.side IS NOT NULL AS was_counted,
        carried_now.side IS NOT NULL AS is_counted,
        COALESCE(left_then.is_left, FALSE) AS is_left,
        COALESCE(carried_now.is_carried, FALSE) AS is_carried
    FROM left_then
    FULL JOIN carried_now
        ON
            left_then.side = carried_now.side
            AND left_then.dossier_code = carried_now.dossier_code
),

told AS (
    SELECT
        compared.side,
        compared.dossier_code,
        CASE
            WHEN compared.is_carried AND compared.is_left AND compared.unit_before IS DISTINCT FROM compared.unit_now
                THEN 'unit_moved'
            WHEN compared.is_carried AND compared.is_left THEN 'field_moved'
            WHEN compared.is_carried AND compared.was_counted THEN 'reopened'
            WHEN compared.is_carried THEN 'seen_late'
            WHEN compared.is_counted THEN 'received_moved'
            WHEN side_rows.side IS NULL THEN 'gone'
            WHEN side_rows.status IN (1, 3) THEN 'not_received'
            WHEN COALESCE(CAST(side_rows.received_at AS DATE) >= CAST(:starts_on AS DATE), TRUE) THEN 'received_moved'
            ELSE 'ended_earlier'
        END AS reason,
        compared.unit_before,
        compared.unit_now,
        compared.field_before,
        compared.field_now,
        compared.is_left,
        compared.is_carried
    FROM compared
    LEFT JOIN side_rows
        ON
            compared.side = side_rows.side
            AND compared.dossier_code = side_rows.dossier_code
    WHERE
        compared.is_left <> compared.is_carried
        OR (
            compared.is_left
            AND compared.is_carried
            AND (
                compared.unit_before IS DISTINCT FROM compared.unit_now
                OR compared.field_before IS DISTINCT FROM compared.field_now
            )
        )
)

SELECT *
FROM told

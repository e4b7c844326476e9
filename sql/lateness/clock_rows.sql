-- What the clocks are fed with: one row per row of a compared dossier.
-- No parameters; reads dossiers. Instants are local.
-- Columns: dossier_code, fed_by (shop, portal), status, received_at, due_at, end_at, extension_count,
-- supplement_count, requested_at, completed_at (the last supplement), reset_at (the completion from which the law
-- counts a full new term: the last supplement if it is the only one, else the first of the list), limit_amount,
-- limit_unit; and for the law's clock step_at, excludes_payment_wait, late_starts_next_day (rules of the procedure).
CREATE OR REPLACE TEMP VIEW clock_rows AS
WITH fed_rows AS (
    SELECT
        dossier_code,
        'shop' AS fed_by,
        status_shop AS status,
        received_at_shop AS received_at,
        due_at_shop AS due_at,
        end_at_shop AS end_at,
        COALESCE(extension_count_shop, 0) AS extension_count,
        COALESCE(supplement_count_shop, 0) AS supplement_count,
        requested_at_shop AS requested_at,
        completed_at_shop AS completed_at,
        first_completed_at_shop AS first_completed_at,
        limit_amount,
        limit_unit,
        step_at_shop AS step_at,
        excludes_payment_wait,
        late_starts_next_day
    FROM dossiers
    WHERE
        set_aside IS NULL
        AND shop_key IS NOT NULL
    UNION ALL
    SELECT
        dossier_code,
        'portal' AS fed_by,
        status_portal AS status,
        received_at_portal AS received_at,
        due_at_portal AS due_at,
        end_at_portal AS end_at,
        COALESCE(extension_count_portal, 0) AS extension_count,
        COALESCE(supplement_count_portal, 0) AS supplement_count,
        requested_at_portal AS requested_at,
        completed_at_portal AS completed_at,
        first_completed_at_portal AS first_completed_at,
        limit_amount,
        limit_unit,
        step_at_portal AS step_at,
        excludes_payment_wait,
        late_starts_next_day
    FROM dossiers
    WHERE
        set_aside IS NULL
        AND portal_key IS NOT NULL
)

SELECT
    dossier_code,
    fed_by,
    status,
    received_at,
    due_at,
    end_at,
    extension_count,
    supplement_count,
    requested_at,
    completed_at,
    CASE WHEN supplement_count <= 1 THEN completed_at ELSE first_completed_at END AS reset_at,
    limit_amount,
    limit_unit,
    step_at,
    excludes_payment_wait,
    late_starts_next_day
FROM fed_rows

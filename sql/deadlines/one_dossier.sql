-- The rows of one dossier on either side, found by its code or by the code it was paired with.
-- Parameters: :code (normalised); reads shop_rows, portal_rows (snapshots), pairs (the night's).
-- Columns: side, agency_code (final), procedure_code, status, received_at, submitted_at, due_at, finished_at, returned_at,
-- step_at, supplement_count, supplement_requested_at, supplement_completed_at, first_supplement_completed_at,
-- extension_count; instants are local.
WITH codes AS (
    SELECT
        CAST(:code AS VARCHAR) AS shop_key,
        CAST(:code AS VARCHAR) AS portal_key
    UNION
    SELECT
        shop_key,
        portal_key
    FROM pairs
    WHERE CAST(:code AS VARCHAR) IN (shop_key, portal_key)
),

both_rows AS (
    SELECT
        'shop' AS side,
        *
    FROM shop_rows
    WHERE dossier_code IN (SELECT shop_key FROM codes)
    UNION ALL BY NAME
    SELECT
        'portal' AS side,
        *
    FROM portal_rows
    WHERE dossier_code IN (SELECT portal_key FROM codes)
)

SELECT
    side,
    COALESCE(agency_final, agency_code) AS agency_code,
    procedure_code,
    CAST(status AS INTEGER) AS status,
    local_time(received_at) AS received_at,
    local_time(submitted_at) AS submitted_at,
    local_time(due_at) AS due_at,
    local_time(finished_at) AS finished_at,
    local_time(returned_at) AS returned_at,
    local_time(step_at) AS step_at,
    COALESCE(supplement_count, 0) AS supplement_count,
    local_time(supplement_requested_at) AS supplement_requested_at,
    local_time(supplement_completed_at) AS supplement_completed_at,
    local_time(first_supplement_completed_at) AS first_supplement_completed_at,
    COALESCE(extension_count, 0) AS extension_count
FROM both_rows
ORDER BY
    side,
    source_file,
    source_row

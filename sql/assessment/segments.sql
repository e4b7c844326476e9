-- How tonight's new discrepancies of a group spread over procedures and agencies, beside all dossiers of the shop.
-- Parameters: :least_new (fewer new ones make no segment); reads evidence, prior_state, kind_groups, shop_rows.
-- Columns: group_name, segment, value, new, new_in_all, dossiers, dossiers_in_all, began_at (local),
-- changed_since (dossiers of the segment whose last event lies at or after began_at); only segments with enough new ones.
-- Parameters: :least_new.
WITH new_ones AS (
    SELECT DISTINCT
        kind_groups.group_name,
        evidence.dossier_code,
        evidence.procedure_code,
        evidence.agency_code,
        evidence.changed
    FROM evidence
    INNER JOIN kind_groups ON evidence.kind = kind_groups.kind
    LEFT JOIN prior_state ON evidence.fingerprint = prior_state.fingerprint
    WHERE
        prior_state.fingerprint IS NULL
        AND evidence.dossier_code <> ''
        AND evidence.code <> 'wrong_clock'
),

totals AS (
    SELECT
        group_name,
        COUNT(DISTINCT dossier_code) AS new_in_all
    FROM new_ones
    GROUP BY group_name
),

counted AS (
    SELECT
        group_name,
        'procedure' AS segment,
        procedure_code AS value,
        COUNT(DISTINCT dossier_code) AS new,
        MIN(changed) AS began_at
    FROM new_ones
    WHERE procedure_code IS NOT NULL
    GROUP BY group_name, procedure_code
    UNION ALL
    SELECT
        group_name,
        'agency' AS segment,
        agency_code AS value,
        COUNT(DISTINCT dossier_code) AS new,
        MIN(changed) AS began_at
    FROM new_ones
    WHERE agency_code IS NOT NULL
    GROUP BY group_name, agency_code
),

candidates AS (
    SELECT *
    FROM counted
    WHERE new >= CAST(:least_new AS BIGINT)
),

shop AS (
    SELECT
        COALESCE(procedure_code, procedure_raw) AS procedure_code,
        COALESCE(agency_final, agency_code) AS agency_code,
        local_time(COALESCE(step_at, finished_at, returned_at, received_at, submitted_at)) AS changed
    FROM shop_rows
),

sizes AS (
    SELECT
        candidates.group_name,
        candidates.segment,
        candidates.value,
        COUNT(*) AS dossiers,
        COUNT(*) FILTER (WHERE shop.changed >= candidates.began_at) AS changed_since
    FROM candidates
    INNER JOIN shop
        ON candidates.value = CASE candidates.segment WHEN 'procedure' THEN shop.procedure_code ELSE shop.agency_code END
    GROUP BY
        candidates.group_name,
        candidates.segment,
        candidates.value
)

SELECT
    candidates.group_name,
    candidates.segment,
    candidates.value,
    candidates.new,
    totals.new_in_all,
    COALESCE(sizes.dossiers, 0) AS dossiers,
    (SELECT COUNT(*) FROM shop_rows) AS dossiers_in_all,
    candidates.began_at,
    COALESCE(sizes.changed_since, 0) AS changed_since
FROM candidates
INNER JOIN totals ON candidates.group_name = totals.group_name
LEFT JOIN sizes
    ON
        candidates.group_name = sizes.group_name
        AND candidates.segment = sizes.segment
        AND candidates.value = sizes.value
ORDER BY
    candidates.group_name,
    candidates.segment,
    candidates.value

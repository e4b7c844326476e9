-- Breaches that are discrepancies already: each under the duty it breaks.
-- Parameters: :duties, :kinds, :subtypes (lists of one length), :counted_kinds (their value is a number of times);
-- reads found (the night's discrepancies).
-- Columns: duty, dossier_code, agency_code, procedure_code, began_at (local), done_at, measured.
CREATE OR REPLACE TEMP TABLE found_breaches AS
WITH duty_kinds AS (
    SELECT
        UNNEST(CAST(:duties AS VARCHAR[])) AS duty,
        UNNEST(CAST(:kinds AS VARCHAR[])) AS kind,
        UNNEST(CAST(:subtypes AS VARCHAR[])) AS subtype
)

SELECT
    duty_kinds.duty,
    found.dossier_code,
    found.agency_code,
    found.procedure_code,
    local_time(found.since) AS began_at,
    CAST(NULL AS TIMESTAMP) AS done_at,
    CASE
        WHEN LIST_CONTAINS(CAST(:counted_kinds AS VARCHAR[]), found.kind) THEN TRY_CAST(found.value_shop AS DOUBLE)
    END AS measured
FROM found
INNER JOIN duty_kinds
    ON
        found.kind = duty_kinds.kind
        AND found.subtype = duty_kinds.subtype

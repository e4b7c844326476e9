-- What is odd about the histories: for how many dossiers each rule holds. The result is defined all the same (`histories`).
-- Parameters: words, numbers (lists, equally long: status words and what they mean, NULL = unknown). From `steps`, `row_ends`.
-- Columns: rule (step_after_end: later than the day the ended row names; step_order: handled on after a step that ends;
-- step_repeated: a line that stands more than once), dossiers.
WITH meanings AS (
    SELECT
        unnest(CAST(:words AS VARCHAR[])) AS word,
        unnest(CAST(:numbers AS INTEGER[])) AS number
),

known AS (
    SELECT
        s.dossier_code,
        s.happened_at,
        m.number
    FROM steps AS s
    INNER JOIN meanings AS m
        ON m.word = s.word
    WHERE m.number IS NOT NULL AND s.happened_at IS NOT NULL
),

spans AS (
    SELECT
        dossier_code,
        min(happened_at) FILTER (WHERE number IN (7, 8, 9, 10)) AS first_end,
        max(happened_at) FILTER (WHERE number IN (1, 2, 4, 5, 6)) AS last_handled,
        max(happened_at) AS last_step,
        count(*) > count(DISTINCT row(happened_at, number)) AS is_repeated
    FROM known
    GROUP BY dossier_code
),

judged AS (
    SELECT
        spans.*,
        COALESCE(spans.first_end < spans.last_handled, FALSE) AS is_out_of_order,
        COALESCE(CAST(spans.last_step AS DATE) > row_ends.ended_on, FALSE) AS is_after_end
    FROM spans
    LEFT JOIN row_ends
        ON row_ends.dossier_code = spans.dossier_code
),

counted AS (
    SELECT
        'step_after_end' AS rule,
        count(*) FILTER (WHERE is_after_end) AS dossiers
    FROM judged
    UNION ALL
    SELECT
        'step_order' AS rule,
        count(*) FILTER (WHERE is_out_of_order) AS dossiers
    FROM judged
    UNION ALL
    SELECT
        'step_repeated' AS rule,
        count(*) FILTER (WHERE is_repeated) AS dossiers
    FROM judged
)
SELECT
    rule,
    dossiers
FROM counted
WHERE dossiers > 0
ORDER BY rule

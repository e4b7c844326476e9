-- The agencies of a made world. Parameters: :root (the province's).
-- Columns: living (codes of its agencies one level below it), ended (older codes whose chain of successors ends there),
-- ended_final (where it does, in the same order).
WITH living_agencies AS (
    SELECT code
    FROM agencies
    WHERE
        valid_to IS NULL
        AND final_code = code
        AND STARTS_WITH(code, CAST(:root AS VARCHAR) || '.')
        AND LENGTH(code) - LENGTH(REPLACE(code, '.', '')) = 1
),

ended_agencies AS (
    SELECT
        agencies.code,
        agencies.final_code
    FROM agencies
    INNER JOIN living_agencies ON agencies.final_code = living_agencies.code
    WHERE agencies.valid_to < DATE '2025-07-01'
)

SELECT
    (SELECT LIST(code ORDER BY code) FROM living_agencies) AS living,
    (SELECT LIST(code ORDER BY code) FROM ended_agencies) AS ended,
    (SELECT LIST(final_code ORDER BY code) FROM ended_agencies) AS ended_final

-- Table `histories`: what the steps of a dossier derive. A supplement is asked by the first of adjoining steps of status 5
-- and completed by the next step of another status; steps of an unknown status, without a time, or later than the day the
-- ended row names (`row_ends`) do not count for that: what comes after the end stops no clock.
-- The order of lines does not matter; of steps at one instant, status 5 comes first.
-- Parameters: words, numbers (lists, equally long: status words and what they mean, NULL = unknown).
-- Columns: dossier_code, last_step (text, local), supplements (as the list `DanhSachHoSoBoSung` lands; NULL = none).
CREATE OR REPLACE TABLE histories AS
WITH meanings AS (
    SELECT
        unnest(CAST(:words AS VARCHAR[])) AS word,
        unnest(CAST(:numbers AS INTEGER[])) AS number
),

known AS (
    SELECT DISTINCT
        s.dossier_code,
        s.happened_at,
        m.number = 5 AS is_asked
    FROM steps AS s
    INNER JOIN meanings AS m
        ON m.word = s.word
    LEFT JOIN row_ends AS e
        ON e.dossier_code = s.dossier_code
    WHERE
        m.number IS NOT NULL
        AND s.happened_at IS NOT NULL
        AND (e.ended_on IS NULL OR CAST(s.happened_at AS DATE) <= e.ended_on)
),

followed AS (
    SELECT
        *,
        lag(is_asked, 1, FALSE) OVER (
            PARTITION BY dossier_code
            ORDER BY
                happened_at,
                is_asked DESC
        ) AS was_asked
    FROM known
),

changes AS (
    SELECT
        dossier_code,
        happened_at,
        is_asked,
        lead(happened_at) OVER (
            PARTITION BY dossier_code
            ORDER BY
                happened_at,
                is_asked DESC
        ) AS changed_at
    FROM followed
    WHERE is_asked <> was_asked
),

supplements AS (
    SELECT
        dossier_code,
        list(
            {
                'NgayBoSung': strftime(happened_at, '%Y-%m-%d %H:%M:%S'),
                'NgayTiepNhanBoSung': strftime(changed_at, '%Y-%m-%d %H:%M:%S')
            }
            ORDER BY happened_at
        ) AS supplements
    FROM changes
    WHERE is_asked
    GROUP BY dossier_code
),

last_steps AS (
    SELECT
        dossier_code,
        strftime(max(happened_at), '%Y-%m-%d %H:%M:%S') AS last_step
    FROM steps
    GROUP BY dossier_code
)
SELECT
    l.dossier_code,
    l.last_step,
    s.supplements
FROM last_steps AS l
LEFT JOIN supplements AS s
    ON s.dossier_code = l.dossier_code

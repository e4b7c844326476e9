-- How many compared pairs each clock finds in time, late, not counted or unknown.
-- No parameters; reads dossiers, clocks, counted_pairs. Columns: clock (luat, dvcqg, mot_cua), verdict, dossiers.
CREATE TEMP VIEW lateness AS
WITH paired_dossiers AS (
    SELECT dossier_code
    FROM dossiers
    WHERE
        set_aside IS NULL
        AND shop_key IS NOT NULL
        AND portal_key IS NOT NULL
),

verdicts AS (
    SELECT
        clocks.dossier_code,
        'luat' AS clock,
        clocks.law AS verdict
    FROM clocks
    WHERE clocks.fed_by = 'shop'
    UNION ALL
    SELECT
        clocks.dossier_code,
        'dvcqg' AS clock,
        clocks.portal AS verdict
    FROM clocks
    WHERE clocks.fed_by = 'portal'
    UNION ALL
    SELECT
        clocks.dossier_code,
        'mot_cua' AS clock,
        clocks.province AS verdict
    FROM clocks
    WHERE clocks.fed_by = 'shop'
),

counts AS (
    SELECT
        verdicts.clock,
        verdicts.verdict,
        COUNT(*) AS dossiers
    FROM verdicts
    INNER JOIN paired_dossiers ON verdicts.dossier_code = paired_dossiers.dossier_code
    GROUP BY
        verdicts.clock,
        verdicts.verdict
    UNION ALL
    SELECT
        'luat' AS clock,
        law AS verdict,
        dossiers
    FROM counted_pairs
    UNION ALL
    SELECT
        'dvcqg' AS clock,
        portal AS verdict,
        dossiers
    FROM counted_pairs
    UNION ALL
    SELECT
        'mot_cua' AS clock,
        province AS verdict,
        dossiers
    FROM counted_pairs
)

SELECT
    clock,
    verdict,
    CAST(SUM(dossiers) AS BIGINT) AS dossiers
FROM counts
GROUP BY
    clock,
    verdict
HAVING SUM(dossiers) > 0
ORDER BY
    clock,
    verdict

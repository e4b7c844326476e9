-- Of everyone who reports: the first dossiers by code that make what comes over differ from what was left.
-- A dossier that moved stands at both units. Parameters: :most (dossiers of a unit); reads carry_over.
-- Columns: side, unit_code (NULL = nobody known), dossier_code, reason, dossiers (how many the unit has).
WITH concerned AS (
    SELECT
        side,
        unit_before AS unit_code,
        dossier_code,
        reason
    FROM carry_over
    WHERE is_left
    UNION
    SELECT
        side,
        unit_now AS unit_code,
        dossier_code,
        reason
    FROM carry_over
    WHERE is_carried
),

ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY side, unit_code ORDER BY dossier_code) AS place,
        COUNT(*) OVER (PARTITION BY side, unit_code) AS dossiers
    FROM concerned
)

SELECT * EXCLUDE (place)
FROM ranked
WHERE place <= :most
ORDER BY
    side,
    unit_code,
    dossier_code

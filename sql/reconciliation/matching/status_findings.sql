-- The status matrix: what two different statuses of a pair mean; the first line that fits.
-- No parameters; reads pairs.
-- Columns: dossier_code, agency_code, procedure_code, kind, subtype, has_allowance (emitted only if the shop's row changed
-- longer ago than the sync allowance), changed_at (of the shop's row, local), status_shop, status_portal,
-- is_false_overdue.
CREATE TEMP VIEW status_findings AS
WITH placed_pairs AS (
    SELECT
        *,
        -- order 1 < 2 < {4, 5, 6}; the others have no place in it
        CASE WHEN status_shop IN (4, 5, 6) THEN 3 WHEN status_shop IN (1, 2) THEN status_shop END AS place_shop,
        CASE WHEN status_portal IN (4, 5, 6) THEN 3 WHEN status_portal IN (1, 2) THEN status_portal END AS place_portal
    FROM pairs
    WHERE
        shop_key IS NOT NULL
        AND portal_key IS NOT NULL
        AND status_shop <> status_portal
),

named_pairs AS (
    SELECT
        *,
        CASE
            WHEN status_shop IN (7, 8, 9, 10) AND place_portal IS NOT NULL THEN 'finished'
            WHEN (status_shop = 3 AND status_portal = 8) OR (status_shop = 8 AND status_portal = 3) THEN 'swapped_3_8'
            WHEN status_shop = 1 AND status_portal = 2 THEN 'swapped_1_2'
            WHEN status_shop = 2 AND status_portal = 1 AND received_at_portal IS NOT NULL THEN 'swapped_1_2'
            WHEN status_shop IN (5, 6, 8) AND status_portal = 9 THEN 'masked_as_9'
            WHEN status_shop = 10 AND status_portal = 9 THEN 'return_not_synced'
            WHEN status_shop = 9 AND status_portal = 10 THEN 'portal_ahead'
            WHEN status_shop = 3 AND place_portal IS NOT NULL THEN 'refusal_not_synced'
            WHEN place_shop IS NOT NULL AND place_portal IS NULL THEN 'portal_ahead'
            WHEN place_shop = 3 AND place_portal = 3 THEN 'cycle'
            WHEN place_shop > place_portal THEN 'behind'
            WHEN place_shop < place_portal THEN 'portal_ahead'
            ELSE 'different_end'
        END AS line
    FROM placed_pairs
)

SELECT
    dossier_code,
    agency_code,
    procedure_code,
    CASE
        WHEN line = 'finished' THEN 'finished_not_synced'
        WHEN line IN ('refusal_not_synced', 'cycle', 'behind') THEN 'status_lag'
        ELSE 'status_conflict'
    END AS kind,
    CASE WHEN line IN ('finished', 'behind') THEN '' ELSE line END AS subtype,
    line IN ('finished', 'refusal_not_synced', 'cycle', 'behind') AS has_allowance,
    changed_at_shop AS changed_at,
    status_shop,
    status_portal,
    COALESCE(
        portal_clock = 'late'
        AND shop_by_portal_clock = 'on_time'
        AND has_both_supplements,
        FALSE
    ) AS is_false_overdue
FROM named_pairs

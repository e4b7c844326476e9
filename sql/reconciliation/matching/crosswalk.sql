-- Which lone keys name each other by an alternative code (paragraph "Pairing").
-- No parameters. Columns: shop_key, portal_key, field: the first of national_code, alternative_code, unit_code;
-- is_unique: neither key has another candidate (only then the two are a pair).
CREATE OR REPLACE TEMP TABLE crosswalk AS
WITH lone_rows AS (
    SELECT
        staged_rows.side,
        staged_rows.dossier_code,
        staged_rows.national_code,
        staged_rows.alternative_code,
        staged_rows.unit_code
    FROM staged_rows
    INNER JOIN lone_keys
        ON
            staged_rows.side = lone_keys.side
            AND staged_rows.dossier_code = lone_keys.dossier_code
),

named_keys AS (
    SELECT
        side,
        dossier_code,
        1 AS field_order,
        national_code AS named_code
    FROM lone_rows
    UNION ALL
    SELECT
        side,
        dossier_code,
        2 AS field_order,
        alternative_code AS named_code
    FROM lone_rows
    UNION ALL
    SELECT
        side,
        dossier_code,
        3 AS field_order,
        unit_code AS named_code
    FROM lone_rows
),

candidates AS (
    SELECT
        CASE WHEN named_keys.side = 'shop' THEN named_keys.dossier_code ELSE lone_keys.dossier_code END AS shop_key,
        CASE WHEN named_keys.side = 'shop' THEN lone_keys.dossier_code ELSE named_keys.dossier_code END AS portal_key,
        MIN(named_keys.field_order) AS field_order
    FROM named_keys
    INNER JOIN lone_keys
        ON
            named_keys.named_code = lone_keys.dossier_code
            AND named_keys.side <> lone_keys.side
    GROUP BY
        shop_key,
        portal_key
),

counted_candidates AS (
    SELECT
        shop_key,
        portal_key,
        field_order,
        COUNT(*) OVER (PARTITION BY shop_key) AS portal_candidates,
        COUNT(*) OVER (PARTITION BY portal_key) AS shop_candidates
    FROM candidates
)

SELECT
    shop_key,
    portal_key,
    CASE field_order
        WHEN 1 THEN 'national_code'
        WHEN 2 THEN 'alternative_code'
        ELSE 'unit_code'
    END AS field,
    portal_candidates = 1 AND shop_candidates = 1 AS is_unique
FROM counted_candidates

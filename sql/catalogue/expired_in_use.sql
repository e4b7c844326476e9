-- National procedures that have ended and are still used: in force in the shop's catalogue, or by dossiers received
-- after the last valid day (without a known day dossiers tell nothing). Ended on both sides and unused is nothing.
-- Reads sides, endings and shop_dossiers (procedure_code, received_on). No parameters.
-- Columns: as every query of this folder that finds; dossiers = received after the end.
WITH listed AS (
    SELECT
        key,
        ANY_VALUE(name ORDER BY code) AS name,
        ANY_VALUE(sector ORDER BY code) AS sector,
        BOOL_OR(in_force) AS in_force
    FROM sides
    WHERE
        side = 'shop'
        AND sort = 'procedure'
        AND key IS NOT NULL
    GROUP BY key
),

received AS (
    SELECT
        e.key,
        COUNT(*) AS dossiers
    FROM endings AS e
    INNER JOIN shop_dossiers AS d
        ON
            e.key = d.procedure_code
            AND d.received_on > e.ended_on
    GROUP BY e.key
)

SELECT
    'expired_in_use' AS subtype,
    'state' AS field,
    'procedure' AS sort,
    e.key AS procedure_code,
    CAST(NULL AS VARCHAR) AS agency_code,
    COALESCE(p.name, l.name) AS name,
    COALESCE(p.sector, l.sector) AS sector,
    CASE WHEN l.in_force THEN 'active' ELSE 'inactive' END AS value_shop,
    COALESCE(CAST(e.ended_on AS VARCHAR), 'inactive') AS value_portal,
    COALESCE(r.dossiers, 0) AS dossiers
FROM endings AS e
LEFT JOIN listed AS l
    ON e.key = l.key
LEFT JOIN received AS r
    ON e.key = r.key
LEFT JOIN sides AS p
    ON
        p.side = 'portal'
        AND p.sort = 'procedure'
        AND e.key = p.key
WHERE
    COALESCE(l.in_force, FALSE)
    OR r.dossiers > 0

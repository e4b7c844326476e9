-- What the warehouse keeps of tonight's discrepancies; one row per fingerprint.
-- Reads assessed and the relations shop_rows, portal_rows (snapshots). No parameters.
-- Columns: those of the warehouse's table without province and lifecycle; began_on = reception, else submission.
WITH begun AS (
    SELECT
        dossier_code,
        COALESCE(
            MIN(COALESCE(received_at, submitted_at)) FILTER (WHERE side = 'shop'), MIN(COALESCE(received_at, submitted_at))
        ) AS began_at
    FROM (
        SELECT
            'shop' AS side,
            dossier_code,
            received_at,
            submitted_at
        FROM shop_rows
        UNION ALL
        SELECT
            'portal' AS side,
            dossier_code,
            received_at,
            submitted_at
        FROM portal_rows
    )
    WHERE dossier_code IN (SELECT assessed.dossier_code FROM assessed)
    GROUP BY dossier_code
)

SELECT
    assessed.fingerprint,
    assessed.kind,
    assessed.subtype,
    assessed.dossier_code,
    assessed.agency_code,
    assessed.procedure_code,
    assessed.field,
    assessed.value_shop,
    assessed.value_portal,
    assessed.cause,
    assessed.side,
    assessed.severity,
    assessed.technical,
    assessed.period,
    assessed.confidence,
    assessed.evidence,
    assessed.in_pattern,
    assessed.charged_on,
    CAST(begun.began_at AS DATE) AS began_on
FROM assessed
LEFT JOIN begun
    ON assessed.dossier_code = begun.dossier_code
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY assessed.fingerprint
    ORDER BY assessed.rank
) = 1
ORDER BY assessed.fingerprint

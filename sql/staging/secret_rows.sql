-- Which landed rows belong to a secret dossier, and under which digests is it known? Digests are HMAC-SHA256, spelled out
-- here because the engine has none: of a dossier's own code as it is, of an alternative code with '=' before it. A row is
-- secret if its own code is known either way or one of its alternative codes is a secret dossier's own, or by its
-- canonical agency (or one above it) or national procedure. Codes leave this query only as digests.
-- Parameters: inner_pad, outer_pad (the key, as RFC 2104 pads it), digests (list), procedures, agencies (lists of codes).
-- Columns: _file, _row, digests (of all codes of the row).
WITH codes AS (
    SELECT
        _file,
        _row,
        dossier_code AS code,
        TRUE AS is_own
    FROM landed
    UNION ALL
    SELECT
        _file,
        _row,
        unnest([national_code, alternative_code, unit_code]) AS code,
        FALSE AS is_own
    FROM landed
),

known AS (
    SELECT
        _file,
        _row,
        is_own,
        sha256(
            CAST(:outer_pad AS BLOB) || unhex(sha256(CAST(:inner_pad AS BLOB) || encode(code)))
        ) AS plain_digest,
        sha256(
            CAST(:outer_pad AS BLOB) || unhex(sha256(CAST(:inner_pad AS BLOB) || encode('=' || code)))
        ) AS other_digest
    FROM codes
    WHERE is_dossier_code(code)
),

secret_digests AS (
    SELECT unnest(CAST(:digests AS VARCHAR[])) AS digest
),

secret_agencies AS (
    SELECT unnest(CAST(:agencies AS VARCHAR[])) AS code
),

secret_positions AS (
    SELECT
        k._file,
        k._row
    FROM known AS k
    INNER JOIN secret_digests AS s
        ON s.digest = k.plain_digest
    UNION
    SELECT
        k._file,
        k._row
    FROM known AS k
    INNER JOIN secret_digests AS s
        ON s.digest = k.other_digest
    WHERE k.is_own
    UNION
    SELECT
        l._file,
        l._row
    FROM landed AS l
    LEFT JOIN agency_spellings AS named
        ON named.spelling = l.agency_raw
    INNER JOIN secret_agencies AS s
        ON
            s.code = COALESCE(named.code, l.agency_raw)
            OR starts_with(COALESCE(named.code, l.agency_raw), s.code || '.')
    UNION
    SELECT
        l._file,
        l._row
    FROM landed AS l
    INNER JOIN procedure_spellings AS mapped
        ON mapped.spelling = l.procedure_raw
    WHERE list_contains(CAST(:procedures AS VARCHAR[]), mapped.national_code)
)
SELECT
    p._file,
    p._row,
    list(CASE WHEN k.is_own THEN k.plain_digest ELSE k.other_digest END) FILTER (WHERE k.plain_digest IS NOT NULL) AS digests
FROM secret_positions AS p
LEFT JOIN known AS k
    ON k._file = p._file AND k._row = p._row
GROUP BY
    p._file,
    p._row
ORDER BY
    p._file,
    p._row

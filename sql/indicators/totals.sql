-- How many dossiers each side counts for each agency.
-- No parameters; reads contributions. Columns: side, agency_code (NULL = none named), handled, a count of every mark of
-- contributions, finished (received in the period and finished by now) and their days together.
SELECT
    side,
    agency_code,
    COUNT(*) AS handled,
    COUNT(*) FILTER (WHERE received) AS received,
    COUNT(*) FILTER (WHERE fee) AS fee,
    COUNT(*) FILTER (WHERE on_time) AS on_time,
    COUNT(*) FILTER (WHERE online) AS online,
    COUNT(*) FILTER (WHERE full_process) AS full_process,
    COUNT(*) FILTER (WHERE full_online) AS full_online,
    COUNT(*) FILTER (WHERE paid) AS paid,
    COUNT(*) FILTER (WHERE result) AS result,
    COUNT(*) FILTER (WHERE reused) AS reused,
    COUNT(*) FILTER (WHERE stored) AS stored,
    COUNT(*) FILTER (WHERE vneid) AS vneid,
    COUNT(days_to_end) AS finished,
    CAST(COALESCE(SUM(days_to_end), 0) AS BIGINT) AS days
FROM contributions
GROUP BY
    side,
    agency_code
ORDER BY
    side,
    agency_code

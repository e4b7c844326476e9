-- What a night knows of some indicators of the province, in the periods it computed.
-- Reads indicator_lines (of assess). Parameters: :province, :indicators (a list), :period.
-- Columns: indicator, part and whole as published, else of the shop (NULL = nobody says), is_published, why_not.
SELECT
    indicator,
    COALESCE(part_published, part_shop) AS part,
    COALESCE(whole_published, whole_shop) AS whole,
    part_published IS NOT NULL AS is_published,
    why_not
FROM indicator_lines
WHERE
    agency_code = :province
    AND period = :period
    AND LIST_CONTAINS(CAST(:indicators AS VARCHAR[]), indicator)
ORDER BY indicator

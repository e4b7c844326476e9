-- The figures of the forms: per side and field for every unit that reports, every section and the province; the sums of
-- each are counted here as well, from the dossiers, not from the rows.
-- No parameters; reads form_members.
-- Columns: side, scope (unit, section, province), is_sum, section, unit_code, field (NULL in a sum; else NULL = unknown),
-- the thirteen figures (received .. open_over), and how many of them carry each mark (level_unknown .. unit_unknown).
SELECT
    side,
    CASE
        WHEN GROUPING(unit_code) = 0 THEN 'unit'
        WHEN GROUPING(section) = 0 THEN 'section'
        ELSE 'province'
    END AS scope,
    GROUPING(field) = 1 AS is_sum,
    section,
    unit_code,
    field,
    COUNT(*) AS received,
    COUNT(*) FILTER (WHERE received_as = 'online_full') AS online_full,
    COUNT(*) FILTER (WHERE received_as = 'online_partial') AS online_partial,
    COUNT(*) FILTER (WHERE received_as = 'post') AS post,
    COUNT(*) FILTER (WHERE received_as = 'direct') AS direct,
    COUNT(*) FILTER (WHERE received_as = 'carried') AS carried,
    COUNT(*) FILTER (WHERE NOT STARTS_WITH(stands_as, 'open')) AS resolved,
    COUNT(*) FILTER (WHERE stands_as = 'early') AS early,
    COUNT(*) FILTER (WHERE stands_as = 'on_due') AS on_due,
    COUNT(*) FILTER (WHERE stands_as = 'late') AS late,
    COUNT(*) FILTER (WHERE STARTS_WITH(stands_as, 'open')) AS open,
    COUNT(*) FILTER (WHERE stands_as = 'open_in') AS open_in,
    COUNT(*) FILTER (WHERE stands_as = 'open_over') AS open_over,
    COUNT(*) FILTER (WHERE is_level_unknown) AS level_unknown,
    COUNT(*) FILTER (WHERE is_channel_unknown) AS channel_unknown,
    COUNT(*) FILTER (WHERE is_due_unknown) AS due_unknown,
    COUNT(*) FILTER (WHERE form_members.unit_code IS NULL) AS unit_unknown
FROM form_members
GROUP BY GROUPING SETS (
    (side, section, unit_code, field),
    (side, section, unit_code),
    (side, section, field),
    (side, section),
    (side)
)
ORDER BY
    side,
    scope,
    section,
    unit_code,
    is_sum,
    field

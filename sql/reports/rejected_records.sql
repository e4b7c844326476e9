-- Every record that could not be read: position, rule and reason, never the record itself.
-- No parameters. Columns: side, source_file, source_row, dossier_code, rule, reason.
SELECT
    side,
    source_file,
    source_row,
    dossier_code,
    rule,
    reason
FROM rejections
ORDER BY
    side DESC,
    source_file,
    source_row,
    rule

-- View `dossiers`: the rows that are staged, in the columns and the order of `docs/data-contracts.md`. From `judged`.
CREATE OR REPLACE VIEW dossiers AS
SELECT * EXCLUDE (rule, bad_dates, month)
FROM judged
WHERE rule IS NULL
ORDER BY
    dossier_code,
    source_file,
    source_row

-- DuckDB: a side's compared columns as CSV, for PostgreSQL to copy. Parameters: :path, :rows (a glob), :repeated (source file of
-- repeated rows, which stay out), :without_dots (reladiff takes no key with dots). Columns: as below.
COPY (
    SELECT
        CASE WHEN CAST(:without_dots AS BOOLEAN) THEN REPLACE(dossier_code, '.', '-') ELSE dossier_code END AS dossier_code,
        status,
        procedure_code,
        agency_final,
        received_at,
        submitted_at,
        due_at,
        finished_at,
        returned_at,
        step_at,
        supplement_count,
        supplement_requested_at,
        supplement_completed_at,
        extension_count,
        channel,
        online_payment,
        fee_total,
        has_result
    FROM READ_PARQUET(:rows)
    WHERE source_file <> CAST(:repeated AS VARCHAR)
) TO :path (FORMAT csv, HEADER FALSE)

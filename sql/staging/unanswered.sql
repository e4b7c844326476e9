-- Write the keys of staged dossiers about which the portal was not asked or gave no answer.
-- Parameters: unknown (path of the landing's list), path. Reads shop.dossiers, portal.dossiers.
-- Columns: dossier_code, reason: not_asked, look_up_failed.
COPY (
    WITH named AS (
        SELECT
            code AS dossier_code,
            reason
        FROM read_json(
            :unknown,
            format = 'newline_delimited',
            compression = 'zstd',
            columns = {'code': 'VARCHAR', 'reason': 'VARCHAR'}
        )
    )

    SELECT
        named.dossier_code,
        named.reason
    FROM named
    WHERE
        EXISTS (
            SELECT 1
            FROM shop.dossiers
            WHERE shop.dossiers.dossier_code = named.dossier_code
        )
        OR EXISTS (
            SELECT 1
            FROM portal.dossiers
            WHERE portal.dossiers.dossier_code = named.dossier_code
        )
    ORDER BY named.dossier_code
) TO :path (FORMAT parquet, COMPRESSION zstd)

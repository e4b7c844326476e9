-- The bare comparison: one full outer join on the code, every column with IS DISTINCT FROM, the long list of differences
-- written. No kinds, clocks, agencies, duplicates or order: what any reconciliation does at least.
-- Parameters: :shop, :portal (globs), :repeated (source file of repeated rows, which stay out), :path.
-- Columns: dossier_code, class (only_shop, only_portal, differs), field, value_shop, value_portal.
COPY (
    WITH shop_rows AS (
        SELECT *
        FROM READ_PARQUET(:shop)
        WHERE source_file <> CAST(:repeated AS VARCHAR)
    ),

    portal_rows AS (
        SELECT *
        FROM READ_PARQUET(:portal)
        WHERE source_file <> CAST(:repeated AS VARCHAR)
    ),

    differences AS (
        SELECT
            COALESCE(shop_rows.dossier_code, portal_rows.dossier_code) AS dossier_code,
            CASE
                WHEN portal_rows.dossier_code IS NULL THEN 'only_shop'
                WHEN shop_rows.dossier_code IS NULL THEN 'only_portal'
                ELSE 'differs'
            END AS class,
            CASE
                WHEN shop_rows.dossier_code IS NULL OR portal_rows.dossier_code IS NULL
                    THEN [CAST(ROW(NULL, NULL, NULL) AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR))]
                ELSE LIST_FILTER(
                    [
                        CASE
                            WHEN shop_rows.status IS DISTINCT FROM portal_rows.status
                                THEN CAST(
                                    ROW('status', CAST(shop_rows.status AS VARCHAR), CAST(portal_rows.status AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.procedure_code IS DISTINCT FROM portal_rows.procedure_code
                                THEN CAST(
                                    ROW('procedure_code', CAST(shop_rows.procedure_code AS VARCHAR), CAST(portal_rows.procedure_code AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.agency_final IS DISTINCT FROM portal_rows.agency_final
                                THEN CAST(
                                    ROW('agency_final', CAST(shop_rows.agency_final AS VARCHAR), CAST(portal_rows.agency_final AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.received_at IS DISTINCT FROM portal_rows.received_at
                                THEN CAST(
                                    ROW('received_at', CAST(shop_rows.received_at AS VARCHAR), CAST(portal_rows.received_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.submitted_at IS DISTINCT FROM portal_rows.submitted_at
                                THEN CAST(
                                    ROW('submitted_at', CAST(shop_rows.submitted_at AS VARCHAR), CAST(portal_rows.submitted_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.due_at IS DISTINCT FROM portal_rows.due_at
                                THEN CAST(
                                    ROW('due_at', CAST(shop_rows.due_at AS VARCHAR), CAST(portal_rows.due_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.finished_at IS DISTINCT FROM portal_rows.finished_at
                                THEN CAST(
                                    ROW('finished_at', CAST(shop_rows.finished_at AS VARCHAR), CAST(portal_rows.finished_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.returned_at IS DISTINCT FROM portal_rows.returned_at
                                THEN CAST(
                                    ROW('returned_at', CAST(shop_rows.returned_at AS VARCHAR), CAST(portal_rows.returned_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.step_at IS DISTINCT FROM portal_rows.step_at
                                THEN CAST(
                                    ROW('step_at', CAST(shop_rows.step_at AS VARCHAR), CAST(portal_rows.step_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.supplement_count IS DISTINCT FROM portal_rows.supplement_count
                                THEN CAST(
                                    ROW('supplement_count', CAST(shop_rows.supplement_count AS VARCHAR), CAST(portal_rows.supplement_count AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.supplement_requested_at IS DISTINCT FROM portal_rows.supplement_requested_at
                                THEN CAST(
                                    ROW('supplement_requested_at', CAST(shop_rows.supplement_requested_at AS VARCHAR), CAST(portal_rows.supplement_requested_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.supplement_completed_at IS DISTINCT FROM portal_rows.supplement_completed_at
                                THEN CAST(
                                    ROW('supplement_completed_at', CAST(shop_rows.supplement_completed_at AS VARCHAR), CAST(portal_rows.supplement_completed_at AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.extension_count IS DISTINCT FROM portal_rows.extension_count
                                THEN CAST(
                                    ROW('extension_count', CAST(shop_rows.extension_count AS VARCHAR), CAST(portal_rows.extension_count AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.channel IS DISTINCT FROM portal_rows.channel
                                THEN CAST(
                                    ROW('channel', CAST(shop_rows.channel AS VARCHAR), CAST(portal_rows.channel AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.online_payment IS DISTINCT FROM portal_rows.online_payment
                                THEN CAST(
                                    ROW('online_payment', CAST(shop_rows.online_payment AS VARCHAR), CAST(portal_rows.online_payment AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.fee_total IS DISTINCT FROM portal_rows.fee_total
                                THEN CAST(
                                    ROW('fee_total', CAST(shop_rows.fee_total AS VARCHAR), CAST(portal_rows.fee_total AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END,
                        CASE
                            WHEN shop_rows.has_result IS DISTINCT FROM portal_rows.has_result
                                THEN CAST(
                                    ROW('has_result', CAST(shop_rows.has_result AS VARCHAR), CAST(portal_rows.has_result AS VARCHAR))
                                    AS STRUCT (field VARCHAR, value_shop VARCHAR, value_portal VARCHAR)
                                )
                        END
                    ],
                    LAMBDA cell : cell IS NOT NULL
                )
            END AS cells
        FROM shop_rows
        FULL JOIN portal_rows ON shop_rows.dossier_code = portal_rows.dossier_code
        WHERE
            shop_rows.dossier_code IS NULL
            OR portal_rows.dossier_code IS NULL
            OR shop_rows.status IS DISTINCT FROM portal_rows.status
            OR shop_rows.procedure_code IS DISTINCT FROM portal_rows.procedure_code
            OR shop_rows.agency_final IS DISTINCT FROM portal_rows.agency_final
            OR shop_rows.received_at IS DISTINCT FROM portal_rows.received_at
            OR shop_rows.submitted_at IS DISTINCT FROM portal_rows.submitted_at
            OR shop_rows.due_at IS DISTINCT FROM portal_rows.due_at
            OR shop_rows.finished_at IS DISTINCT FROM portal_rows.finished_at
            OR shop_rows.returned_at IS DISTINCT FROM portal_rows.returned_at
            OR shop_rows.step_at IS DISTINCT FROM portal_rows.step_at
            OR shop_rows.supplement_count IS DISTINCT FROM portal_rows.supplement_count
            OR shop_rows.supplement_requested_at IS DISTINCT FROM portal_rows.supplement_requested_at
            OR shop_rows.supplement_completed_at IS DISTINCT FROM portal_rows.supplement_completed_at
            OR shop_rows.extension_count IS DISTINCT FROM portal_rows.extension_count
            OR shop_rows.channel IS DISTINCT FROM portal_rows.channel
            OR shop_rows.online_payment IS DISTINCT FROM portal_rows.online_payment
            OR shop_rows.fee_total IS DISTINCT FROM portal_rows.fee_total
            OR shop_rows.has_result IS DISTINCT FROM portal_rows.has_result
    )

    SELECT
        differences.dossier_code,
        differences.class,
        UNNEST(differences.cells, recursive := TRUE)
    FROM differences
) TO :path (FORMAT parquet, COMPRESSION zstd)

-- The published figures that differ from the shop's count, as discrepancies without a dossier.
-- Parameters: :side, :severity (of the kind); reads figure_lines (the lines of a comparison).
-- Columns: those of reconciliation/results/discrepancies; since is unknown.
CREATE TEMP TABLE aggregate_discrepancies AS
SELECT
    '' AS dossier_code,
    'aggregate_mismatch' AS kind,
    measure AS subtype,
    agency_code,
    CAST(NULL AS VARCHAR) AS procedure_code,
    field,
    CAST(shop AS VARCHAR) AS value_shop,
    CAST(published AS VARCHAR) AS value_portal,
    'undetermined' AS cause,
    CAST(:side AS VARCHAR) AS side,
    CAST(:severity AS VARCHAR) AS severity,
    FALSE AS technical,
    CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS since,
    period
FROM figure_lines
WHERE state = 'mismatch'

-- Both sides as rows of no month: they are matched in one go.
-- No parameters; reads shop_dossiers, portal_dossiers (columns of the snapshots). Columns: the same, month (NULL).
CREATE TEMP VIEW shop_by_month AS
SELECT
    *,
    CAST(NULL AS VARCHAR) AS month
FROM shop_dossiers;
CREATE TEMP VIEW portal_by_month AS
SELECT
    *,
    CAST(NULL AS VARCHAR) AS month
FROM portal_dossiers

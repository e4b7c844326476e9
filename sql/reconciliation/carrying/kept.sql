-- What the next nights carry over of the months that were looked at tonight. No parameters; reads fresh_months, settled,
-- counted_pairs, dossiers, tonight_discrepancies, tonight_pairs.
-- Columns: month, and those of the relation each is named after.
CREATE TEMP VIEW kept_counts AS
SELECT counted_pairs.*
FROM counted_pairs
INNER JOIN fresh_months ON counted_pairs.month = fresh_months.month
UNION ALL
SELECT
    settled.month,
    settled.agency_code,
    settled.status,
    settled.law,
    settled.portal,
    settled.province,
    settled.is_false_overdue,
    settled.is_one_sided,
    COUNT(*) AS dossiers
FROM settled
INNER JOIN fresh_months ON settled.month = fresh_months.month
GROUP BY ALL;
CREATE TEMP VIEW kept_dossiers AS
SELECT dossiers.* EXCLUDE (is_noteworthy)
FROM dossiers
INNER JOIN fresh_months ON dossiers.month = fresh_months.month
WHERE NOT EXISTS (
    SELECT 1
    FROM settled
    WHERE settled.dossier_code = dossiers.dossier_code
);
CREATE TEMP VIEW kept_discrepancies AS
SELECT
    tonight_discrepancies.*,
    settled.month
FROM tonight_discrepancies
INNER JOIN settled ON tonight_discrepancies.dossier_code = settled.dossier_code
INNER JOIN fresh_months ON settled.month = fresh_months.month;
CREATE TEMP VIEW kept_pairs AS
SELECT
    tonight_pairs.*,
    settled.month
FROM tonight_pairs
INNER JOIN settled ON tonight_pairs.dossier_code = settled.dossier_code
INNER JOIN fresh_months ON settled.month = fresh_months.month

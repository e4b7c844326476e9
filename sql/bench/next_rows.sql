-- A month of the shop as it stands a night later: one dossier in a hundred has gone back from returned to finished.
-- Parameters: :path (of the month's file). Columns: those of the snapshot. hash() only chooses here.
CREATE OR REPLACE TEMP TABLE month_rows AS
SELECT * REPLACE (CASE WHEN HASH(dossier_code) % 100 = 0 AND status = 10 THEN 9 ELSE status END AS status)
FROM READ_PARQUET(:path)

-- The months that are looked at tonight. Parameters: :months. Columns: month.
CREATE TEMP TABLE fresh_months AS
SELECT UNNEST(CAST(:months AS VARCHAR[])) AS month

-- Which partitions have rows of `dossiers`? The month of reception, else of submission; 'none' without either, 'old' before
-- 2000 (so that misspelt years make no hundred files).
-- Columns: month.
SELECT DISTINCT partition_month(received_at, submitted_at) AS month
FROM dossiers
ORDER BY
    month

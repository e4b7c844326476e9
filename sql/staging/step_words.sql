-- Which different status words do the steps have? Columns: word.
SELECT DISTINCT word
FROM steps
WHERE word IS NOT NULL
ORDER BY word

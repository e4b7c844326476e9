-- Put the records of the next landing to the older ones (which it has superseded already).
INSERT INTO older
SELECT *
FROM landed

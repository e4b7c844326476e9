-- Stage the older records with tonight's.
INSERT INTO landed
SELECT *
FROM older

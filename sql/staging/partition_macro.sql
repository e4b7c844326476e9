-- Which partition of a snapshot a row of this local time belongs to. One statement, loaded beside the readings of values.
CREATE OR REPLACE MACRO partition_month(local) AS
    CASE
        WHEN local IS NULL THEN 'none'
        WHEN local < TIMESTAMP '2000-01-01' THEN 'old'
        ELSE strftime(local, '%Y-%m')
    END

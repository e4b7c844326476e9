-- Which partition of a snapshot a row belongs to. One statement, loaded beside the readings of values.
CREATE OR REPLACE MACRO partition_month(received_at, submitted_at) AS
    CASE
        WHEN COALESCE(received_at, submitted_at) IS NULL THEN 'none'
        WHEN COALESCE(received_at, submitted_at) < TIMESTAMPTZ '2000-01-01 00:00:00+07:00' THEN 'old'
        ELSE strftime(COALESCE(received_at, submitted_at), '%Y-%m')
    END

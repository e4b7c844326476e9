-- By which rules the clocks run: one row.
-- Parameters: the ones below. Columns: the same; as_of is local.
CREATE OR REPLACE TEMP TABLE clock_rules AS
SELECT
    CAST(:as_of AS TIMESTAMP) AS as_of,
    CAST(:portal_granularity AS VARCHAR) AS portal_granularity, -- second, day
    CAST(:portal_second_supplement AS VARCHAR) AS portal_second_supplement, -- any, open
    CAST(:law_supplement AS VARCHAR) AS law_supplement, -- reset, pause
    CAST(:midnight_is_day AS BOOLEAN) AS midnight_is_day,
    CAST(:province_pauses_payment AS BOOLEAN) AS province_pauses_payment,
    CAST(:late_reception_second AS INTEGER) AS late_reception_second -- of the day; a start after it is late

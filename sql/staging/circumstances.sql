-- Table `circumstances`, of one row: what the judgement of each record of this side depends on beside the record.
-- Parameters: business_date, extracted_at, future_tolerance_hours, agency_absent, finished_absent, procedure_absent (the side
-- has no such column: nothing is said about its values).
-- Columns: as selected; latest = the local time after which a date lies in the future.
CREATE OR REPLACE TABLE circumstances AS
SELECT
    CAST(:business_date AS DATE) AS business_date,
    local_time(CAST(:extracted_at AS TIMESTAMPTZ))
    + to_microseconds(CAST(CAST(:future_tolerance_hours AS DOUBLE) * 3600000000 AS BIGINT)) AS latest,
    CAST(:agency_absent AS BOOLEAN) AS agency_absent,
    CAST(:finished_absent AS BOOLEAN) AS finished_absent,
    CAST(:procedure_absent AS BOOLEAN) AS procedure_absent

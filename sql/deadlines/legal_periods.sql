-- From when on which limits of the one-stop decree hold, by the day of reception.
-- Parameters: :begins, :ends (first and last days), :intake_hours, :notice_days (NULL = no such duty yet), lists of one length.
-- Columns: begins_on, ends_on, intake_hours (working hours), notice_days (working days).
CREATE OR REPLACE TEMP TABLE legal_periods AS
SELECT
    UNNEST(CAST(:begins AS DATE[])) AS begins_on,
    UNNEST(CAST(:ends AS DATE[])) AS ends_on,
    UNNEST(CAST(:intake_hours AS DOUBLE[])) AS intake_hours,
    UNNEST(CAST(:notice_days AS INTEGER[])) AS notice_days

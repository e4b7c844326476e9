-- Which published unit counts the dossiers of which agency.
-- Parameters: :agency_codes, :unit_codes (lists of one length; a unit NULL = none publishes for it).
-- Columns: agency_code, unit_code.
CREATE TEMP TABLE agency_units AS
SELECT
    UNNEST(CAST(:agency_codes AS VARCHAR[])) AS agency_code,
    UNNEST(CAST(:unit_codes AS VARCHAR[])) AS unit_code

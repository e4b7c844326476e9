-- Who reports the dossiers of which agency, and in which section of the province's form.
-- Parameters: :agency_codes, :unit_codes, :sections (lists of one length; a unit NULL = nobody known reports them).
-- Columns: agency_code, unit_code, section (province, communes).
CREATE OR REPLACE TEMP TABLE form_units AS
SELECT
    UNNEST(CAST(:agency_codes AS VARCHAR[])) AS agency_code,
    UNNEST(CAST(:unit_codes AS VARCHAR[])) AS unit_code,
    UNNEST(CAST(:sections AS VARCHAR[])) AS section

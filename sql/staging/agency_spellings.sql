-- Table `agency_spellings`: every spelling the reference table knows (the code itself included) and the code it means.
-- Parameters: spelling, code (lists, equally long).
CREATE OR REPLACE TABLE agency_spellings AS
SELECT
    unnest(CAST(:spelling AS VARCHAR[])) AS spelling,
    unnest(CAST(:code AS VARCHAR[])) AS code

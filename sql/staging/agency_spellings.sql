-- Table `agency_spellings`: every spelling the reference table knows (the code itself included) and the code it means.
-- Parameters: spelling, code, valid_from, valid_to (lists, equally long; both days count, no two rows of a spelling overlap).
CREATE OR REPLACE TABLE agency_spellings AS
SELECT
    unnest(CAST(:spelling AS VARCHAR[])) AS spelling,
    unnest(CAST(:code AS VARCHAR[])) AS code,
    unnest(CAST(:valid_from AS DATE[])) AS valid_from,
    unnest(CAST(:valid_to AS DATE[])) AS valid_to

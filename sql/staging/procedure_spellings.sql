-- Table `procedure_spellings`: every code the reference table knows (local or national) and the national code it means.
-- Parameters: spelling, national_code, valid_from, valid_to (lists, equally long; both days count, no two rows of a spelling overlap).
CREATE OR REPLACE TABLE procedure_spellings AS
SELECT
    unnest(CAST(:spelling AS VARCHAR[])) AS spelling,
    unnest(CAST(:national_code AS VARCHAR[])) AS national_code,
    unnest(CAST(:valid_from AS DATE[])) AS valid_from,
    unnest(CAST(:valid_to AS DATE[])) AS valid_to

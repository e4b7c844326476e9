-- Table `procedure_spellings`: every code the reference table knows (local or national) and the national code it means.
-- Parameters: spelling, national_code (lists, equally long).
CREATE OR REPLACE TABLE procedure_spellings AS
SELECT
    unnest(CAST(:spelling AS VARCHAR[])) AS spelling,
    unnest(CAST(:national_code AS VARCHAR[])) AS national_code

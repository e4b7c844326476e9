-- Table `older`: the records of the landings below tonight's, so far those of the oldest. Columns: as `landed`.
CREATE OR REPLACE TABLE older AS
SELECT *
FROM landed

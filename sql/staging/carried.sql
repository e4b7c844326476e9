-- Table `carried`: landed records that have to be staged again every night, since what they mean depends on it: rejected ones
-- (a date in the future comes true) and those without any date. From `landed`, `judged`. Columns: as `landed`.
CREATE OR REPLACE TABLE carried AS
SELECT l.*
FROM landed AS l
INNER JOIN judged AS j
    ON j.source_file = l._file AND j.source_row = l._row
WHERE j.month IN ('rejected', 'none')

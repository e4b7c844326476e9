-- Table `forgotten`: the landed rows that are not looked at: secret ones, and other readings of a record. So far none.
-- Columns: _file, _row.
CREATE OR REPLACE TABLE forgotten (
    _file VARCHAR,
    _row BIGINT
)

-- Makes room for the next period on the same connection.
-- No parameters.
DROP TABLE IF EXISTS members;
DROP TABLE IF EXISTS clocks;
DROP TABLE IF EXISTS term_ends;
DROP VIEW IF EXISTS clock_rows;
DROP VIEW IF EXISTS period_rows;
DROP TABLE IF EXISTS agency_units;

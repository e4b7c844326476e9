-- Gives back the memory of what has been matched. No parameters.
DROP TABLE IF EXISTS month_rows;
DROP TABLE IF EXISTS screened;
DROP TABLE IF EXISTS left_rows;
DROP TABLE IF EXISTS chosen_rows;
DROP TABLE IF EXISTS repeated_keys

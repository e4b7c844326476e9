-- The floor: every column of a side read and hashed; no comparison can do less. Parameters: :rows (a glob).
-- Columns: digest.
SELECT BIT_XOR(HASH(*COLUMNS(*))) AS digest
FROM READ_PARQUET(:rows)

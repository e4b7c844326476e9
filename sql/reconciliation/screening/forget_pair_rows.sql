-- They have been joined. No parameters.
TRUNCATE pair_rows

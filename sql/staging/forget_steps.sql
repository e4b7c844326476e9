-- The steps have been read: several statements, loaded one by one.
DROP TABLE steps;
DROP TABLE histories;
DROP TABLE row_ends

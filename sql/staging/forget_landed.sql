-- `landed` has been read: its memory is needed for the other side.
DROP TABLE landed

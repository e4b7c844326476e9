-- The period that is counted, as a variable: views cannot have parameters.
-- Parameters: :starts_on, :ends_on (days, both within). Fields: the same.
SET VARIABLE period = struct_pack(starts_on := CAST(:starts_on AS DATE), ends_on := CAST(:ends_on AS DATE))

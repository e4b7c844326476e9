-- Take out of `older` what the newer landing in `landed` read again: the later reading counts, whatever clocks say.
DELETE FROM older
WHERE _id IN (
    SELECT _id
    FROM landed
)

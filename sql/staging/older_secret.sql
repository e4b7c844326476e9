-- Take out of `older` the records that became secret: the newer landing knows their ids as keyed digests only.
-- Parameters: inner_pad, outer_pad (the key, as RFC 2104 pads it), ids (list of digests).
DELETE FROM older
WHERE list_contains(
    CAST(:ids AS VARCHAR[]),
    sha256(CAST(:outer_pad AS BLOB) || unhex(sha256(CAST(:inner_pad AS BLOB) || encode('id:' || _id))))
)

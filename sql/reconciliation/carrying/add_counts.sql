-- Pairs of the months that stand and cannot change any more. No parameters; reads carried_counts.
INSERT INTO counted_pairs
SELECT
    month,
    agency_code,
    status,
    law,
    portal,
    province,
    is_false_overdue,
    is_one_sided,
    dossiers
FROM carried_counts

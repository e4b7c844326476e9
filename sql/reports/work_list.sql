-- What has to be done: every discrepancy beside what people need to act on it.
-- Reads the relations discrepancies (assess) and pairs (after the fresh look-ups). No parameters.
-- Columns: those of the work list; instants are local times without a zone, work_rank 1 is the worst.
CREATE OR REPLACE TEMPORARY VIEW work_list AS
SELECT
    discrepancies.rank AS work_rank,
    discrepancies.agency_code,
    discrepancies.dossier_code,
    discrepancies.procedure_code,
    discrepancies.kind,
    COALESCE(discrepancies.subtype, '') AS subtype,
    discrepancies.field,
    discrepancies.value_shop,
    discrepancies.value_portal,
    CAST(pairs.status_shop AS INTEGER) AS status_shop,
    CAST(pairs.status_portal AS INTEGER) AS status_portal,
    timezone('Etc/GMT-7', COALESCE(pairs.due_at_shop, pairs.due_at_portal)) AS due_at,
    timezone('Etc/GMT-7', pairs.due_at_portal) AS due_at_portal,
    timezone('Etc/GMT-7', COALESCE(pairs.finished_at_shop, pairs.returned_at_shop)) AS finished_at,
    discrepancies.side,
    discrepancies.severity,
    discrepancies.technical,
    discrepancies.age_working_days,
    discrepancies.first_seen_on,
    discrepancies.recheck,
    COALESCE(discrepancies.period, '') AS period,
    discrepancies.cause,
    discrepancies.evidence,
    discrepancies.state,
    discrepancies.opened_on,
    discrepancies.reopened,
    discrepancies.known_working_days,
    discrepancies.charged_on,
    discrepancies.accepted_until,
    discrepancies.person,
    discrepancies.reason
FROM discrepancies
LEFT JOIN pairs
    ON discrepancies.dossier_code = pairs.dossier_code

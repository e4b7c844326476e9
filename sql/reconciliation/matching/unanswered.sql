-- Table `unanswered`, empty where no side was read by look-ups: keys the portal was not asked about, or did not answer.
-- No parameters. Columns: dossier_code, reason: not_asked, look_up_failed.
CREATE TABLE IF NOT EXISTS unanswered (dossier_code VARCHAR, reason VARCHAR)

-- Adds what goes with one kind and subtype.
-- Parameters: :kind, :subtype, :side, :severity, :technical.
INSERT INTO kind_facts
VALUES (:kind, :subtype, :side, :severity, :technical)

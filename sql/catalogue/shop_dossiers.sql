-- View `shop_dossiers`: which procedures the shop's dossiers are for, and the day they were received; a code the night
-- could not map is no procedure of the catalogue.
-- Reads the relation snapshot (the shop's staged dossiers). Columns: procedure_code, received_on.
CREATE OR REPLACE VIEW shop_dossiers AS
SELECT
    procedure_code,
    CAST(received_at AS DATE) AS received_on
FROM snapshot
WHERE
    procedure_code IS NOT NULL
    AND received_at IS NOT NULL

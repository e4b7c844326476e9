-- View `shop_dossiers` where no night was staged: nothing. No parameters. Columns: procedure_code, received_on.
CREATE OR REPLACE VIEW shop_dossiers AS
SELECT
    CAST(NULL AS VARCHAR) AS procedure_code,
    CAST(NULL AS DATE) AS received_on
WHERE FALSE

-- What the three clocks say about each row of a compared dossier. No parameters; reads row_clocks.
-- Columns: dossier_code, fed_by, law, portal, province: on_time, late, not_counted, unknown.
CREATE OR REPLACE TEMP TABLE clocks AS
SELECT
    dossier_code,
    fed_by,
    law,
    portal,
    province
FROM row_clocks

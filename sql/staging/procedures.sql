-- Table `procedures`: one row per national procedure of the reference table.
-- Parameters: one list per column, equally long. Columns: as selected; limit_amount in limit_unit, NULL = no limit named;
-- online_level toan_trinh, mot_phan, khong, NULL = not told; excludes_payment_wait and late_starts_next_day, the two rules of
-- its own that the law's clock follows.
CREATE OR REPLACE TABLE procedures AS
SELECT
    unnest(CAST(:national_code AS VARCHAR[])) AS national_code,
    unnest(CAST(:name AS VARCHAR[])) AS name,
    unnest(CAST(:field AS VARCHAR[])) AS field,
    unnest(CAST(:limit_amount AS DOUBLE[])) AS limit_amount,
    unnest(CAST(:limit_unit AS VARCHAR[])) AS limit_unit,
    unnest(CAST(:returns_document AS BOOLEAN[])) AS returns_document,
    unnest(CAST(:online_level AS VARCHAR[])) AS online_level,
    unnest(CAST(:valid_from AS DATE[])) AS valid_from,
    unnest(CAST(:valid_to AS DATE[])) AS valid_to,
    unnest(CAST(:excludes_payment_wait AS BOOLEAN[])) AS excludes_payment_wait,
    unnest(CAST(:late_starts_next_day AS BOOLEAN[])) AS late_starts_next_day

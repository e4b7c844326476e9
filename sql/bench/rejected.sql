-- The portal's rows of the month that could not be read: of these dossiers only the code is known.
-- No parameters; reads told. Columns: those of rejections.parquet.
INSERT INTO rejections
SELECT
    'portal' AS side,
    'ho-so-0.csv' AS source_file,
    number AS source_row,
    'date_invalid' AS rule,
    'Ngày không đọc được' AS reason,
    code_portal AS dossier_code
FROM told
WHERE plant = 'rejected'

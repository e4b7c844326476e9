-- View `landed`: the records of one landing as text, with their codes as they are compared everywhere. From `landed_rows` (the
-- files of `write_landed`), `forgotten`.
-- Columns: the landing's keys as they are (`docs/data-contracts.md`), then dossier_code, procedure_raw, agency_raw,
-- national_code, alternative_code, unit_code.
CREATE OR REPLACE VIEW landed AS
SELECT
    *,
    read_code("MaHoSo", getvariable('hyphens')) AS dossier_code,
    read_code("MaTTHC", getvariable('hyphens')) AS procedure_raw,
    read_code("MaCoQuan", getvariable('hyphens')) AS agency_raw,
    COALESCE(
        read_code("MaHoSoQG", getvariable('hyphens')),
        read_code("nationCode", getvariable('hyphens'))
    ) AS national_code,
    read_code("MaHoSoKhac", getvariable('hyphens')) AS alternative_code,
    read_code("MaHoSoDonVi", getvariable('hyphens')) AS unit_code
FROM landed_rows
ANTI JOIN forgotten USING (_file, _row)

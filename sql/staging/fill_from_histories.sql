-- Write the rows of `landed` again, filled from `histories` with what they do not say themselves: the last step, and the
-- supplements where the row has neither their list nor any of their three fields. A value that was unreadable stays so.
-- Parameters: path. Columns: as `write_landed`.
COPY (
    SELECT
        landed.* EXCLUDE (dossier_code, procedure_raw, agency_raw, national_code, alternative_code, unit_code)
        REPLACE (
            CASE
                WHEN read_text("ThoiDiemXuLy") IS NULL AND NOT is_withheld(_unreadable, 'ThoiDiemXuLy') THEN h.last_step
                ELSE "ThoiDiemXuLy"
            END AS "ThoiDiemXuLy",
            CASE
                WHEN
                    "DanhSachHoSoBoSung" IS NULL
                    AND read_text("SoLanBoSung") IS NULL
                    AND read_text("NgayYeuCauBoSung") IS NULL
                    AND read_text("NgayHoanThanhBoSung") IS NULL
                    AND NOT list_has_any(
                        COALESCE(_unreadable, []),
                        ['DanhSachHoSoBoSung', 'SoLanBoSung', 'NgayYeuCauBoSung', 'NgayHoanThanhBoSung']
                    )
                    THEN h.supplements
                ELSE "DanhSachHoSoBoSung"
            END AS "DanhSachHoSoBoSung"
        )
    FROM landed
    LEFT JOIN histories AS h
        ON h.dossier_code = landed.dossier_code
) TO :path (FORMAT parquet, COMPRESSION snappy)

-- Rows of `landed` learn from `histories` what they do not say themselves: the last step, and the supplements where the row
-- has neither their list nor any of their three fields. A value that was unreadable stays so.
UPDATE landed
SET
    "ThoiDiemXuLy" = CASE
        WHEN read_text("ThoiDiemXuLy") IS NULL AND NOT is_withheld(_unreadable, 'ThoiDiemXuLy') THEN h.last_step
        ELSE "ThoiDiemXuLy"
    END,
    "DanhSachHoSoBoSung" = CASE
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
    END
FROM histories AS h
WHERE h.dossier_code = landed.dossier_code

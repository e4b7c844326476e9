-- View `readings`: one row per record, each value read (`discrepancy-rules` §3), nothing judged yet.
-- From `landed`, `words`, `supplements`.
-- Columns: as selected; times are local; bad_dates = names of the date fields that are no instant ('' if none).
CREATE OR REPLACE VIEW readings AS
WITH texts AS (
    SELECT
        *,
        read_text("TrangThaiHoSo") AS status_text,
        read_text("KenhThucHien") AS channel_text,
        read_text("SoLanBoSung") AS supplement_text,
        read_text("SoLanGiaHan") AS extension_text,
        read_text("DuocThanhToanTrucTuyen") AS payment_text,
        read_text("TongLePhi") AS fee_text,
        read_usual_local("NgayTiepNhan") AS received_usual,
        read_usual_local("NgayHenTra") AS due_usual,
        read_usual_local("NgayKetThucXuLy") AS finished_usual,
        read_usual_local("NgayNopHoSo") AS submitted_usual,
        read_usual_local("NgayTra") AS returned_usual,
        read_usual_local("ThoiDiemXuLy") AS step_usual,
        read_usual_local("NgayYeuCauBoSung") AS requested_usual,
        read_usual_local("NgayHoanThanhBoSung") AS completed_usual
    FROM landed
),

locals AS (
    SELECT
        *,
        -- Only where one is spelled unusually; and one call for all, since the engine spells a macro out wherever it is called.
        CASE
            WHEN
                is_unread("NgayTiepNhan", received_usual)
                OR is_unread("NgayHenTra", due_usual)
                OR is_unread("NgayKetThucXuLy", finished_usual)
                OR is_unread("NgayNopHoSo", submitted_usual)
                OR is_unread("NgayTra", returned_usual)
                OR is_unread("ThoiDiemXuLy", step_usual)
                OR is_unread("NgayYeuCauBoSung", requested_usual)
                OR is_unread("NgayHoanThanhBoSung", completed_usual)
                THEN list_transform(
                    list_transform(
                        [
                            CASE WHEN received_usual IS NULL THEN "NgayTiepNhan" END,
                            CASE WHEN due_usual IS NULL THEN "NgayHenTra" END,
                            CASE WHEN finished_usual IS NULL THEN "NgayKetThucXuLy" END,
                            CASE WHEN submitted_usual IS NULL THEN "NgayNopHoSo" END,
                            CASE WHEN returned_usual IS NULL THEN "NgayTra" END,
                            CASE WHEN step_usual IS NULL THEN "ThoiDiemXuLy" END,
                            CASE WHEN requested_usual IS NULL THEN "NgayYeuCauBoSung" END,
                            CASE WHEN completed_usual IS NULL THEN "NgayHoanThanhBoSung" END
                        ],
                        LAMBDA value: read_text(value)
                    ),
                    LAMBDA text: read_any_local(text)
                )
        END AS unusual
    FROM texts
),

numbers AS (
    SELECT
        *,
        COALESCE(received_usual, unusual[1]) AS received_read,
        COALESCE(due_usual, unusual[2]) AS due_read,
        COALESCE(finished_usual, unusual[3]) AS finished_read,
        COALESCE(submitted_usual, unusual[4]) AS submitted_read,
        COALESCE(returned_usual, unusual[5]) AS returned_read,
        COALESCE(step_usual, unusual[6]) AS step_read,
        COALESCE(requested_usual, unusual[7]) AS requested_read,
        COALESCE(completed_usual, unusual[8]) AS completed_read,
        read_count(supplement_text) AS supplement_number,
        read_count(extension_text) AS extension_number,
        CASE
            WHEN read_integer(payment_text) BETWEEN 0 AND 3
                THEN CAST(read_integer(payment_text) AS TINYINT)
        END AS payment_number,
        CASE WHEN read_integer(fee_text) >= 0 THEN read_integer(fee_text) END AS fee_number
    FROM locals
)
SELECT
    l._file AS source_file,
    l._row AS source_row,
    l._id AS record_id,
    COALESCE(l._shape, FALSE) AS has_no_shape,
    is_withheld(l._bounded, 'MaHoSo') AS is_code_withheld,
    l._bounded IS NOT NULL
    AND len(list_filter(l._bounded, LAMBDA field_name: field_name NOT IN ('MaHoSo', 'TrangThaiHoSo'))) > 0
        AS is_other_code_withheld,
    l.dossier_code,
    l."MaHoSo" AS code_raw,
    status.number AS status,
    l.status_text AS status_raw,
    l.procedure_raw,
    l.agency_raw,
    l.national_code,
    l.alternative_code,
    l.unit_code,
    unless_sentinel(l.received_read) AS received_at,
    unless_sentinel(l.due_read) AS due_at,
    unless_sentinel(l.finished_read) AS finished_at,
    unless_sentinel(l.submitted_read) AS submitted_at,
    unless_sentinel(l.returned_read) AS returned_at,
    unless_sentinel(l.step_read) AS step_at,
    l."DanhSachHoSoBoSung" IS NOT NULL AS has_list,
    CASE
        WHEN l."DanhSachHoSoBoSung" IS NOT NULL THEN CAST(len(l."DanhSachHoSoBoSung") AS INTEGER)
        ELSE COALESCE(l.supplement_number, 0)
    END AS supplement_count,
    CASE
        WHEN l."DanhSachHoSoBoSung" IS NOT NULL THEN s.requested
        ELSE unless_sentinel(l.requested_read)
    END AS requested_at,
    CASE
        WHEN l."DanhSachHoSoBoSung" IS NOT NULL THEN s.completed
        ELSE unless_sentinel(l.completed_read)
    END AS completed_at,
    s.first_completed AS first_completed_at,
    COALESCE(s.is_backwards, FALSE) AS has_backwards_element,
    COALESCE(l.extension_number, 0) AS extension_count,
    CASE
        WHEN l.channel_text IS NOT NULL THEN channel.number
        WHEN NOT is_withheld(l._unreadable, 'KenhThucHien') THEN 1
    END AS channel,
    l.payment_number AS online_payment,
    l.fee_number AS fee_total,
    COALESCE(l.has_result, FALSE) AS has_result,
    COALESCE(l."MaKetQua" = '1', FALSE) AS has_result_code,
    COALESCE(l."DuocSoHoa" = '1', FALSE) AS is_digitised,
    COALESCE(l."HoSoCoThanhPhanSoHoa" = '1', FALSE) AS has_digitised_part,
    COALESCE(l."DuocLayTuKhoDMQG" = '1', FALSE) AS from_personal_store,
    COALESCE(l."TaiKhoanDuocXacThucVoiVNeID" = '1', FALSE) AS is_vneid,
    concat_ws(
        ', ',
        bad_date('NgayTiepNhan', l._unreadable, l."NgayTiepNhan", l.received_read),
        bad_date('NgayHenTra', l._unreadable, l."NgayHenTra", l.due_read),
        bad_date('NgayKetThucXuLy', l._unreadable, l."NgayKetThucXuLy", l.finished_read),
        bad_date('NgayNopHoSo', l._unreadable, l."NgayNopHoSo", l.submitted_read),
        bad_date('NgayTra', l._unreadable, l."NgayTra", l.returned_read),
        bad_date('ThoiDiemXuLy', l._unreadable, l."ThoiDiemXuLy", l.step_read),
        bad_date('NgayYeuCauBoSung', l._unreadable, l."NgayYeuCauBoSung", l.requested_read),
        bad_date('NgayHoanThanhBoSung', l._unreadable, l."NgayHoanThanhBoSung", l.completed_read),
        CASE
            WHEN
                s.is_unreadable
                OR is_withheld(l._unreadable, 'DanhSachHoSoBoSung.NgayBoSung')
                OR is_withheld(l._unreadable, 'DanhSachHoSoBoSung.NgayTiepNhanBoSung')
                THEN 'DanhSachHoSoBoSung'
        END
    ) AS bad_dates,
    COALESCE(s.has_sentinel, FALSE)
    OR COALESCE(is_sentinel(l.received_read), FALSE)
    OR COALESCE(is_sentinel(l.due_read), FALSE)
    OR COALESCE(is_sentinel(l.finished_read), FALSE)
    OR COALESCE(is_sentinel(l.submitted_read), FALSE)
    OR COALESCE(is_sentinel(l.returned_read), FALSE)
    OR COALESCE(is_sentinel(l.step_read), FALSE)
    OR COALESCE(is_sentinel(l.requested_read), FALSE)
    OR COALESCE(is_sentinel(l.completed_read), FALSE) AS has_sentinel,
    (l.supplement_text IS NOT NULL AND l.supplement_number IS NULL)
    OR (l.extension_text IS NOT NULL AND l.extension_number IS NULL)
    OR (l.payment_text IS NOT NULL AND l.payment_number IS NULL)
    OR (l.fee_text IS NOT NULL AND l.fee_number IS NULL)
    OR list_has_any(
        COALESCE(l._unreadable, []),
        [
            'SoLanBoSung',
            'SoLanGiaHan',
            'DuocThanhToanTrucTuyen',
            'TongLePhi',
            'DanhSachHoSoBoSung',
            'DuocSoHoa',
            'HoSoCoThanhPhanSoHoa',
            'DuocLayTuKhoDMQG',
            'TaiKhoanDuocXacThucVoiVNeID'
        ]
    ) AS has_unreadable_number
FROM numbers AS l
LEFT JOIN supplements AS s
    ON s._file = l._file AND s._row = l._row
LEFT JOIN words AS status
    ON status.field = 'TrangThaiHoSo' AND status.word = l.status_text
LEFT JOIN words AS channel
    ON channel.field = 'KenhThucHien' AND channel.word = l.channel_text

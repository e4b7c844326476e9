-- Table `landed`: every record of one landing as text, with its codes as they are compared everywhere.
-- Parameters: parts (list of paths), hyphens (other dashes count as hyphens).
-- Columns: the landing's keys as they are (`docs/data-contracts.md`), then dossier_code, procedure_raw, agency_raw,
-- national_code, alternative_code, unit_code.
CREATE OR REPLACE TABLE landed AS
SELECT
    *,
    read_code("MaHoSo", :hyphens) AS dossier_code,
    read_code("MaTTHC", :hyphens) AS procedure_raw,
    read_code("MaCoQuan", :hyphens) AS agency_raw,
    COALESCE(read_code("MaHoSoQG", :hyphens), read_code("nationCode", :hyphens)) AS national_code,
    read_code("MaHoSoKhac", :hyphens) AS alternative_code,
    read_code("MaHoSoDonVi", :hyphens) AS unit_code
FROM read_json(
    :parts,
    format = 'newline_delimited',
    compression = 'zstd',
    columns = {
        '_file': 'VARCHAR',
        '_row': 'BIGINT',
        '_id': 'VARCHAR',
        '_updated': 'VARCHAR',
        '_shape': 'BOOLEAN',
        '_bounded': 'VARCHAR[]',
        '_unreadable': 'VARCHAR[]',
        'MaHoSo': 'VARCHAR',
        'TrangThaiHoSo': 'VARCHAR',
        'MaTTHC': 'VARCHAR',
        'MaCoQuan': 'VARCHAR',
        'NgayTiepNhan': 'VARCHAR',
        'NgayHenTra': 'VARCHAR',
        'NgayKetThucXuLy': 'VARCHAR',
        'NgayNopHoSo': 'VARCHAR',
        'NgayTra': 'VARCHAR',
        'ThoiDiemXuLy': 'VARCHAR',
        'NgayYeuCauBoSung': 'VARCHAR',
        'NgayHoanThanhBoSung': 'VARCHAR',
        'KenhThucHien': 'VARCHAR',
        'DuocThanhToanTrucTuyen': 'VARCHAR',
        'TongLePhi': 'VARCHAR',
        'SoLanBoSung': 'VARCHAR',
        'SoLanGiaHan': 'VARCHAR',
        'DanhSachHoSoBoSung': 'STRUCT("NgayBoSung" VARCHAR, "NgayTiepNhanBoSung" VARCHAR)[]',
        'MaHoSoQG': 'VARCHAR',
        'nationCode': 'VARCHAR',
        'MaHoSoKhac': 'VARCHAR',
        'MaHoSoDonVi': 'VARCHAR',
        'has_result': 'BOOLEAN',
        'MaKetQua': 'VARCHAR',
        'DuocSoHoa': 'VARCHAR',
        'HoSoCoThanhPhanSoHoa': 'VARCHAR',
        'DuocLayTuKhoDMQG': 'VARCHAR',
        'TaiKhoanDuocXacThucVoiVNeID': 'VARCHAR'
    }
)

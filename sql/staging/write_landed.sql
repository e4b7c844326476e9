-- Write every record of one landing as text, where its columns can be read one by one. Parameters: parts (list of paths), path.
-- Columns: the landing's keys as they are (`docs/data-contracts.md`).
COPY (
    SELECT *
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
) TO :path (FORMAT parquet, COMPRESSION snappy)

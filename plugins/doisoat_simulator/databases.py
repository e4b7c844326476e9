"""The one-stop-shop's side of a world as a database: OpenCPS' own tables, or one flat table under the wire's names.

Personal columns are filled as the real ones are. What OpenCPS' tables have no place for stands in a side table
`morong`, under the canonical names and as text; `pure_wire` leaves it out. A database has no record without a shape,
so the broken lines of an export are missing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    insert,
    inspect,
    make_url,
    quoted_name,
)

from doisoat_simulator.servers.clock import VIETNAM
from doisoat_simulator.servers.spellings import OPENCPS_WORDS, STATUS_LABELS, channel_number, compact, status_number
from doisoat_simulator.servers.world_protocol import EXTENSION_COLUMNS, PERSONAL_COLUMNS, Row, World

Schema = Literal["opencps", "flat"]
FLAT_TABLE, EXTENSION_TABLE = "ho_so", "morong"
PAYMENT_METHODS: Mapping[int | None, str] = {1: "KeyPay DVCQG", 2: "KeyPay", 0: "Tiền mặt", 3: "Tiền mặt"}
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
_BATCH = 1_000
_NOTHING = {"", "none", "null"}  # how the world spells an address that is none

_DATES = {
    "submitDate": "NgayNopHoSo",
    "receiveDate": "NgayTiepNhan",
    "dueDate": "NgayHenTra",
    "releaseDate": "NgayKetThucXuLy",
    "finishDate": "NgayTra",
}
_PERSONS = {
    "applicantName": "ChuHoSo",
    "applicantIdNo": "SoGiayToChuHoSo",
    "contactEmail": "Email",
    "contactTelNo": "SoDienThoai",
    "address": "DiaChi",
    "dossierName": "TrichYeuHoSo",
    "applicantNote": "GhiChu",
    "userName": "NguoiXuLy",
}
_IN_TABLES = ("ThoiDiemXuLy", "TongLePhi", "DuocThanhToanTrucTuyen", "DuongDanTepTinKetQua")
# What the tables can hold, but not every value of it: text in the place of a date, a name in the place of a fee.
_SPILT = (*_DATES.values(), "KenhThucHien", "ThoiDiemXuLy", "TongLePhi", "DuocThanhToanTrucTuyen")
_EXTENDED = tuple(name for name in EXTENSION_COLUMNS if name not in _IN_TABLES)
_FLAT = (
    *("MaHoSo", "TrangThaiHoSo", "MaTTHC", "MaCoQuan", *_DATES.values(), "KenhThucHien"),
    *EXTENSION_COLUMNS,
    *PERSONAL_COLUMNS,
)


def write_database(world: World, url: str, schema: Schema, *, pure_wire: bool = False) -> int:
    """Write the shop's rows; how many. ValueError when one of the tables is there already: nothing is replaced."""
    offered = frozenset(world.shop_rows[0])
    metadata, fillers = _flat(offered) if schema == "flat" else _opencps(None if pure_wire else offered)
    parsed = make_url(url)
    engine = create_engine(parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername)))
    try:
        _require_empty(engine, metadata)
        metadata.create_all(engine)
        with engine.begin() as connection:
            for table, rows_of in fillers.items():
                found = (filled for number, row in enumerate(world.shop_rows, 1) for filled in rows_of(number, row))
                for batch in _batches(found):
                    connection.execute(insert(metadata.tables[table]), batch)
    finally:
        engine.dispose()
    return len(world.shop_rows)


Fillers = Mapping[str, Callable[[int, Row], Iterable[Mapping[str, Any]]]]


def _require_empty(engine: Engine, metadata: MetaData) -> None:
    there = set(inspect(engine).get_table_names()) & {table.name for table in metadata.tables.values()}
    if there:
        raise ValueError(f"the database already has a table {min(there)}; give an empty one")


def _batches(rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _column(name: str, kind: Any, **options: Any) -> Column[Any]:
    """A column whose name is not quoted, as in the DDL of the real systems."""
    return Column(quoted_name(name, quote=False), kind, **options)


def _table(metadata: MetaData, name: str, *columns: Column[Any]) -> None:
    Table(quoted_name(name, quote=False), metadata, *columns, mysql_charset="utf8mb4", mysql_engine="InnoDB")


# --- one flat table ------------------------------------------------------------------------------------


def _flat(offered: frozenset[str]) -> tuple[MetaData, Fillers]:
    metadata, names = MetaData(), [name for name in _FLAT if name in offered]
    key = _column("id", BigInteger, primary_key=True, autoincrement=False)
    changed = _column("cap_nhat", DateTime(timezone=True))
    _table(metadata, FLAT_TABLE, key, changed, *(_column(name, Text) for name in names))
    return metadata, {FLAT_TABLE: lambda number, row: [_flat_row(row, names)]}


def _flat_row(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """Dates as the portal's own form `yyyyMMddHHmmss`, everything else as text."""
    changed = row["updated_at"].replace(tzinfo=VIETNAM)
    return {"id": record_number(row), "cap_nhat": changed} | {name: _text(row[name]) for name in names}


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return compact(value) if isinstance(value, datetime) else str(value)


def record_number(row: Row) -> int:
    """A whole number for the system's own id of a row."""
    return int(str(row["source_id"])[:13], 16)


# --- OpenCPS' tables -------------------------------------------------------------------------------------


def _opencps(extended: frozenset[str] | None) -> tuple[MetaData, Fillers]:
    """OpenCPS' tables; with what the world offers beyond them in `morong`, unless that is None."""
    metadata = MetaData()
    _dossier_table(metadata)
    _side_tables(metadata)
    fillers = {
        "opencps_dossier": _dossier,
        "opencps_dossieraction": _action,
        "opencps_paymentfile": _payment,
        "opencps_dossierfile": _files,
    }
    if extended is not None:
        own = [name for name in _EXTENDED if name in extended]
        key = _column("dossierId", BigInteger, primary_key=True, autoincrement=False)
        _table(metadata, EXTENSION_TABLE, key, *(_column(name, Text) for name in (*own, *_SPILT)))
        fillers[EXTENSION_TABLE] = lambda number, row: [_extension(row, own)]
    return metadata, fillers


def _side_tables(metadata: MetaData) -> None:
    """Steps, payments and files of the dossiers."""
    _table(
        metadata,
        "opencps_dossieraction",
        _column("dossierActionId", BigInteger, primary_key=True, autoincrement=False),
        _column("dossierId", BigInteger),
        _column("createDate", DateTime),
        _column("actionUser", String(255)),
        _column("actionNote", String(500)),
    )
    _table(
        metadata,
        "opencps_paymentfile",
        _column("paymentFileId", BigInteger, primary_key=True, autoincrement=False),
        _column("dossierId", BigInteger),
        _column("feeAmount", BigInteger),
        _column("paymentStatus", Integer),
        _column("paymentMethod", String(75)),
        _column("accountUserName", String(500)),
    )
    _table(
        metadata,
        "opencps_dossierfile",
        _column("dossierFileId", BigInteger, primary_key=True, autoincrement=False),
        _column("dossierId", BigInteger),
        _column("dossierPartType", Integer),
        _column("displayName", String(500)),
        _column("fileEntryId", BigInteger),
        _column("removed", Boolean),
    )
    for name in ("opencps_dossieraction", "opencps_paymentfile", "opencps_dossierfile"):
        Index(f"ix_{name}_dossier", metadata.tables[name].c.dossierId)


def _dossier_table(metadata: MetaData) -> None:
    words = ("serviceCode", "govAgencyCode", "dossierStatus", "dossierSubStatus", "referenceUid", "applicantIdType")
    _table(
        metadata,
        "opencps_dossier",
        _column("dossierId", BigInteger, primary_key=True, autoincrement=False),
        *(_column(name, String(255)) for name in words),
        _column("dossierNo", String(255), index=True),
        *(_column(name, DateTime) for name in ("modifiedDate", "extendDate", *_DATES)),
        *(_column(name, Text) for name in (*_PERSONS, "dossierStatusText")),
        _column("originDossierNo", String(255)),
        _column("lockState", String(200)),
        _column("systemId", Integer),
        _column("viaPostal", Integer),
        _column("online_", Boolean),
        _column("dossierActionId", BigInteger),
    )


def _dossier(number: int, row: Row) -> list[dict[str, Any]]:
    status, channel = status_number(row["TrangThaiHoSo"]), _channel(row)
    spelled = None if row["TrangThaiHoSo"] is None else str(row["TrangThaiHoSo"])
    return [
        {
            "dossierId": record_number(row),
            "dossierNo": row["MaHoSo"],
            "serviceCode": row["MaTTHC"],
            "govAgencyCode": row["MaCoQuan"],
            "dossierStatus": OPENCPS_WORDS[status] if status else spelled,
            "dossierStatusText": STATUS_LABELS[status] if status else spelled,
            "dossierSubStatus": "",
            "referenceUid": f"{record_number(row):032x}",
            "applicantIdType": "citizen",
            "lockState": "PAUSE" if status == 5 else "",
            "originDossierNo": "",
            "systemId": 0,
            "modifiedDate": row["updated_at"],
            "online_": None if channel is None else channel == 2,
            "viaPostal": None if channel is None else 2 if channel == 3 else 0,
            "dossierActionId": number if _moment(row["ThoiDiemXuLy"]) else 0,
        }
        | {own: _moment(row[name]) for own, name in _DATES.items()}
        | {own: row.get(name) for own, name in _PERSONS.items()}
    ]


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _channel(row: Row) -> int | None:
    return channel_number(row["KenhThucHien"])


def _action(number: int, row: Row) -> list[dict[str, Any]]:
    """The last step, as the dossier points to it."""
    moment = _moment(row["ThoiDiemXuLy"])
    if moment is None:
        return []
    own = {"dossierActionId": number, "dossierId": record_number(row), "createDate": moment}
    return [own | {"actionUser": row.get("NguoiXuLy"), "actionNote": row.get("GhiChu")}]


def _payment(number: int, row: Row) -> list[dict[str, Any]]:
    """One payment, where a fee or a payment is known; not yet paid where only the fee is."""
    fee, paid = _fee(row), _paid(row)
    if fee is None and paid is None:
        return []
    own = {"paymentFileId": number, "dossierId": record_number(row), "feeAmount": fee}
    state = {"paymentStatus": 1 if paid is None else 5, "paymentMethod": PAYMENT_METHODS.get(paid)}
    return [own | state | {"accountUserName": row.get("ChuHoSo")}]


def _fee(row: Row) -> int | None:
    fee = row["TongLePhi"]
    return fee if type(fee) is int else None


def _paid(row: Row) -> int | None:
    paid = row["DuocThanhToanTrucTuyen"]
    return paid if paid in PAYMENT_METHODS else None


def _files(number: int, row: Row) -> list[dict[str, Any]]:
    """The application itself, and the result where there is one; a dossier without a result has a removed draft."""
    has_result = str(row["DuongDanTepTinKetQua"]).strip().lower() not in _NOTHING
    own = {"dossierId": record_number(row), "displayName": row.get("TrichYeuHoSo")}
    part = {"dossierPartType": 1, "fileEntryId": 20_000_000 + number, "removed": False}
    result = {"dossierPartType": 2, "fileEntryId": 30_000_000 + number, "removed": not has_result}
    return [
        {"dossierFileId": 2 * number, **own, **part},
        {"dossierFileId": 2 * number + 1, **own, **result},
    ]


def _extension(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """What the tables have no place for, and what they cannot hold of the rest."""
    held: dict[str, Any] = {name: _moment(row[name]) for name in (*_DATES.values(), "ThoiDiemXuLy")}
    held |= {"KenhThucHien": _channel(row), "TongLePhi": _fee(row), "DuocThanhToanTrucTuyen": _paid(row)}
    spilt = {name: _text(row[name]) if held[name] is None else None for name in _SPILT}
    return {"dossierId": record_number(row)} | {name: _text(row[name]) for name in names} | spilt

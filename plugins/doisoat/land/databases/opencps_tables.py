"""OpenCPS v2's own tables as a source: which column is which field of the wire, and what other tables tell.

Of the persons in `opencps_dossier` nothing is asked for, and of result files only that there is one. What a province
adds to OpenCPS stands in a table of its own (`extension_table`: `dossierId` and the wire's names); it fills gaps.

The schema knows no secrecy mark, no re-appointments and no other codes of a dossier; when it was supplemented stands
in the process configuration of each installation. It knows a payment's method by a word of the installation, so the
flag of online payment is offered only where `online_payments` names these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    TableClause,
    and_,
    case,
    column,
    exists,
    false,
    func,
    inspect,
    quoted_name,
    select,
    table,
    true,
)
from sqlalchemy.exc import NoSuchTableError

from doisoat.config import SqlSource
from doisoat.errors import ConfigError
from doisoat.land import fields
from doisoat.land.databases.plans import Plan

_PAID = (3, 5)  # paymentStatus: paid by the payer's account, and confirmed by the agency
_RESULT_PARTS = (2, 7)  # dossierPartType: a result, a group of results
_POSTAL = 2  # viaPostal: by public post
_DIRECT: Mapping[str, str] = {
    "_id": "dossierId",
    "_updated": "modifiedDate",
    "MaHoSo": "dossierNo",
    "TrangThaiHoSo": "dossierStatus",
    "MaTTHC": "serviceCode",
    "MaCoQuan": "govAgencyCode",
    "NgayNopHoSo": "submitDate",
    "NgayTiepNhan": "receiveDate",
    "NgayHenTra": "dueDate",
    "NgayKetThucXuLy": "releaseDate",
    "NgayTra": "finishDate",
}
_TABLES: Mapping[str, tuple[str, ...]] = {
    "dossier": (*_DIRECT.values(), "online_", "viaPostal", "dossierActionId"),
    "dossieraction": ("dossierActionId", "createDate"),
    "paymentfile": ("dossierId", "feeAmount", "paymentStatus", "paymentMethod"),
    "dossierfile": ("dossierId", "dossierPartType", "fileEntryId", "removed"),
}


class OpencpsTables:
    """A planner over an OpenCPS schema."""

    def __init__(self, section: SqlSource):
        self._section = section
        self._tables = {name: self._table(f"{section.table_prefix}{name}", names) for name, names in _TABLES.items()}

    def __call__(self, connection: Connection) -> Plan:
        """The plan for this database; ConfigError when the extension's table is not there."""
        dossier, action = self._tables["dossier"], self._tables["dossieraction"]
        listed = self._listed()
        origin: FromClause = dossier.outerjoin(action, action.c.dossierActionId == dossier.c.dossierActionId)
        extension = self._extension(connection)
        if extension is not None:
            origin = origin.outerjoin(extension, _own_key(extension) == dossier.c.dossierId)
            listed += [(name, extension.c[own]) for own, name in _extended(extension)]
        names = tuple(name for name, _ in listed)
        return Plan(
            rows=select(*(value for _, value in listed)).select_from(origin).order_by(dossier.c.dossierId),
            count=select(func.count()).select_from(dossier),
            code=dossier.c.dossierNo,
            names=names,
            columns=frozenset(name for name in names if not name.startswith("_")),
        )

    def _listed(self) -> list[tuple[str, ColumnElement[Any]]]:
        """(wire name, what stands for it) of all the schema tells."""
        dossier, action = self._tables["dossier"], self._tables["dossieraction"]
        values: list[tuple[str, ColumnElement[Any]]] = [(name, dossier.c[own]) for name, own in _DIRECT.items()]
        values += [
            ("KenhThucHien", _channel(dossier)),
            ("ThoiDiemXuLy", action.c.createDate),
            ("TongLePhi", self._fee()),
            ("DuongDanTepTinKetQua", self._has_result()),
        ]
        if self._section.online_payments:
            values.append(("DuocThanhToanTrucTuyen", self._online_payment()))
        return values

    def _fee(self) -> ColumnElement[Any]:
        payment, dossier = self._tables["paymentfile"], self._tables["dossier"]
        own = payment.c.dossierId == dossier.c.dossierId
        return select(func.sum(payment.c.feeAmount)).where(own).correlate(dossier).scalar_subquery()

    def _online_payment(self) -> ColumnElement[Any]:
        """1 or 2 for a payment made by a method of `online_payments`, 0 for another payment, null for none at all."""
        payment, dossier = self._tables["paymentfile"], self._tables["dossier"]
        methods = self._section.online_payments.items()
        flag = case(
            *(
                (and_(payment.c.paymentStatus.in_(_PAID), payment.c.paymentMethod == word), number)
                for word, number in methods
            ),
            else_=0,
        )
        own = payment.c.dossierId == dossier.c.dossierId
        return select(func.max(flag)).where(own).correlate(dossier).scalar_subquery()

    def _has_result(self) -> ColumnElement[Any]:
        """1 where a result file that was not removed hangs on the dossier, else null."""
        file, dossier = self._tables["dossierfile"], self._tables["dossier"]
        kept = file.c.removed.is_(None) | (file.c.removed == false())
        found = and_(
            file.c.dossierId == dossier.c.dossierId,
            file.c.dossierPartType.in_(_RESULT_PARTS),
            file.c.fileEntryId > 0,
            kept,
        )
        return case((exists().where(found).correlate(dossier), 1))

    def _extension(self, connection: Connection) -> TableClause | None:
        name = self._section.extension_table
        if name is None:
            return None
        try:
            columns = inspect(connection).get_columns(name, schema=self._section.schema_name)
        except NoSuchTableError:
            raise ConfigError(
                f"the database has no table {name}; correct or remove the key", key="extension_table"
            ) from None
        return table(name, *(column(one["name"]) for one in columns), schema=self._section.schema_name)

    def _table(self, name: str, columns: tuple[str, ...]) -> TableClause:
        """Liferay quotes no name, so a database that folds names has folded these."""
        unquoted = (quoted_name(one, quote=False) for one in (name, *columns))
        return table(next(unquoted), *map(column, unquoted), schema=self._section.schema_name)


def _channel(dossier: TableClause) -> ColumnElement[Any]:
    """2 online, 3 by public post, 1 in person; null where neither was noted."""
    return case(
        (dossier.c.online_ == true(), 2),
        (dossier.c.viaPostal == _POSTAL, 3),
        (dossier.c.online_.is_not(None), 1),
    )


def _own_key(extension: TableClause) -> ColumnElement[Any]:
    """The extension's `dossierId`; ConfigError when it has none."""
    for name, own in extension.c.items():
        if name.lower() == "dossierid":
            return own
    raise ConfigError(f"the table {extension.name} has no column dossierId", key="extension_table")


def _extended(extension: TableClause) -> list[tuple[str, str]]:
    """(its column, the wire's name) of what an extension may add."""
    allowed = {name.lower(): name for name in fields.ALLOWED}
    return [(own, allowed[own.lower()]) for own in extension.c.keys() if own.lower() in allowed]  # noqa: SIM118

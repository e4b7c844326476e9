"""The list for programs: exact columns, exact bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]
COLUMNS = [
    "dossier_code",
    "kind",
    "subtype",
    "agency_code",
    "procedure_code",
    "field",
    "value_shop",
    "value_portal",
    "cause",
    "side",
    "severity",
    "first_seen_on",
    "last_seen_on",
    "state",
    "period",
]


def test_the_csv_is_utf8_with_bom_and_crlf(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[
            factory.discrepancy("B2", "stuck", value_shop='5, "chờ"\nbổ sung', value_portal=None),
            factory.false_overdue("A1"),
        ]
    )
    content = publish(night).paths["discrepancies.csv"].read_bytes()
    assert content.decode() == (
        "\ufeff" + ",".join(COLUMNS) + "\r\n"
        "A1,finished_not_synced,false_overdue,H44.05,1.001612,TrangThaiHoSo,9,4,undetermined,shop,high,"
        "2026-09-03,2026-09-03,open,\r\n"
        'B2,stuck,,H44.05,1.001612,TrangThaiHoSo,"5, ""chờ""\nbổ sung",,undetermined,shop,medium,'
        "2026-09-03,2026-09-03,open,\r\n"
    )


def test_text_that_would_run_in_a_spreadsheet_is_disarmed_once(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[
            factory.discrepancy(
                "A1",
                "procedure_unmapped",
                "unknown",
                procedure_code="=1+1",
                agency_code="@X",
                value_shop="'=1+1",
                value_portal="\t+2",
            )
        ]
    )
    text = publish(night).paths["discrepancies.csv"].read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["procedure_code"], row["agency_code"], row["value_shop"], row["value_portal"]) == (
        "'=1+1",
        "'@X",
        "'=1+1",
        "'\t+2",
    )


def test_parquet_holds_the_same_rows_with_types(publish: Publish) -> None:
    published = publish(factory.large_night(300))
    table = pq.read_table(published.paths["discrepancies.parquet"])
    assert table.column_names == COLUMNS
    assert table.schema.field("first_seen_on").type == pa.date32()
    text = published.paths["discrepancies.csv"].read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    stored = [{name: "" if value is None else str(value) for name, value in row.items()} for row in table.to_pylist()]
    assert rows == stored
    assert len(rows) == 300


def test_nothing_found_is_a_table_without_rows(publish: Publish) -> None:
    paths = publish(factory.NightFiles()).paths
    assert paths["discrepancies.csv"].read_bytes() == ("\ufeff" + ",".join(COLUMNS) + "\r\n").encode()
    table = pq.read_table(paths["discrepancies.parquet"])
    assert (table.num_rows, table.schema.field("last_seen_on").type) == (0, pa.date32())


def test_rows_come_by_dossier_whatever_their_order(publish: Publish) -> None:
    found = [factory.discrepancy(code, "stuck", first_seen_on=date(2026, 9, 1)) for code in ("C", "A", "B")]
    one = publish(factory.NightFiles(discrepancies=found), "one").paths["discrepancies.csv"].read_bytes()
    other = publish(factory.NightFiles(discrepancies=found[::-1]), "two").paths["discrepancies.csv"].read_bytes()
    assert one == other

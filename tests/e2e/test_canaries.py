"""Personal data lands nowhere: every file of a whole night is opened, and no planted value is in it."""

from __future__ import annotations

import email
import gzip
import io
import json
import sqlite3
import zipfile
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from doisoat.rules.values import read_code
from doisoat_simulator.people import people
from tests.e2e.fixtures import Ran, world_facts
from tests.e2e.run_files import mails, seen, sightings, texts
from tests.e2e.simulated import Simulated

CANARY = people()[17].name
NAMES = "\n".join(person.name for person in people())  # long enough to be packed beyond recognition


def told(ran: Ran) -> str:
    """What the process said on both streams."""
    return json.dumps(ran.night.outcome, ensure_ascii=False) + ran.night.stderr


def every_kind_of_file_was_searched(ran: Ran) -> None:
    places = {place for place, _ in texts(ran.folder / "var")}
    kinds = (".jsonl.zst!", "dossiers/none.parquet", "report.xlsx!xl/", ".eml!", "warehouse.sqlite", "seconds.json")
    for kind in (*kinds, "data_docs/index.html", "manifest.json", "report.html", "discrepancies.csv"):
        assert any(kind in place for place in places), kind
    assert any(".xlsx!xl/sharedStrings.xml" in place and ".eml!" in place for place in places)


def test_the_world_has_something_to_find(served: Simulated, files_night: Ran) -> None:
    """The sources are full of it, in dropped columns and in those that are kept."""
    facts = world_facts(files_night.folder)
    assert facts["canaries"] == list(served.world.canaries)
    assert len(facts["secret_codes"]) >= 3
    exported = " ".join(
        path.read_text(encoding="utf-8-sig") for path in (files_night.folder / "exports").rglob("*.csv")
    )
    assert len(seen(exported, served.world.canaries)) > 1_000
    assert any(code in exported for code in facts["secret_codes"])


def test_a_night_over_http_leaves_nothing_personal(http_night: Ran, served: Simulated) -> None:
    world = served.world
    every_kind_of_file_was_searched(http_night)
    assert sightings(http_night.folder, world.canaries, world.secret_codes) == []
    assert seen(told(http_night), world.canaries, world.secret_codes) == []


def test_a_night_of_files_leaves_nothing_personal(files_night: Ran) -> None:
    facts = world_facts(files_night.folder)
    for folder in ("var", "scratch"):
        assert sightings(files_night.folder / folder, facts["canaries"], facts["secret_codes"]) == []
    every_kind_of_file_was_searched(files_night)
    assert seen(told(files_night), facts["canaries"], facts["secret_codes"]) == []


def test_no_temporary_file_stays(http_night: Ran, files_night: Ran) -> None:
    for ran in (http_night, files_night):
        assert [path.name for path in ran.scratch.rglob("*") if path.is_file()] == []
        assert [path.name for path in (ran.folder / "var" / "tmp").rglob("*") if path.is_file()] == []


def test_secret_codes_are_searched_as_they_are_normalised(served: Simulated) -> None:
    assert {read_code(code) for code in served.world.secret_codes} >= {
        code for code in served.world.secret_codes if code == code.upper()
    }


# --- the search bites ---------------------------------------------------------------------------------


def parquet(text: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": ["x" * 50, text]}), out, compression="zstd")
    return out.getvalue()


def workbook(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<si><t>{text}</t></si>")
    return out.getvalue()


def mail(text: str, *, attached: bytes | None = None, subject: str = "Danh sách") -> bytes:
    message = EmailMessage(policy=default)
    message["Subject"] = subject
    message.set_content(text, cte="base64")
    if attached is not None:
        message.add_attachment(attached, maintype="application", subtype="octet-stream", filename="danh-sach.xlsx")
    return message.as_bytes()


def database(text: str) -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE a (b TEXT)")
        connection.execute("INSERT INTO a VALUES (?)", (text,))
        connection.commit()
        return connection.serialize()


PACKED = {
    "run.log": lambda text: text.encode(),
    "part-00000.jsonl.zst": lambda text: zstandard.compress(json.dumps({"a": text}, ensure_ascii=False).encode()),
    "dossiers.parquet": parquet,
    "report.xlsx": workbook,
    "plain.eml": mail,
    "subject.eml": lambda text: mail("không", subject=text),
    "attached.eml": lambda text: mail("không", attached=workbook(text)),
    "quoted.eml": lambda text: mail("x").replace(b"base64", b"quoted-printable").replace(
        email.message_from_bytes(mail("x")).get_payload().strip().encode(),
        "".join(f"={byte:02X}" for byte in text.encode()).encode(),
    ),
    "warehouse.sqlite": database,
}  # fmt: skip


@pytest.mark.parametrize("name", PACKED)
def test_the_search_finds_a_value_in_every_kind_of_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "deep").mkdir()
    content = PACKED[name](NAMES.replace("\n", "; "))
    assert (CANARY.encode() in content) == (name in ("run.log", "warehouse.sqlite"))
    (tmp_path / "deep" / name).write_bytes(content)
    assert sightings(tmp_path, [CANARY])
    assert sightings(tmp_path, ["một giá trị không có"]) == []


def test_the_search_finds_a_value_planted_in_a_finished_night(
    http_night: Ran, served: Simulated, tmp_path: Path
) -> None:
    """A copy of one real mail with one more attachment."""
    name, content = min(mails(http_night.night.home).items())
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    message.add_attachment(workbook(CANARY), maintype="application", subtype="octet-stream", filename="them.xlsx")
    (tmp_path / name).write_bytes(message.as_bytes())
    assert any(name in place for place in sightings(tmp_path, served.world.canaries))


def test_the_search_finds_a_secret_code_and_not_a_longer_one(tmp_path: Path) -> None:
    code = "H44.05-260820-0001"
    (tmp_path / "a.json").write_text(f'["{code}-2", "x{code}"]', encoding="utf-8")
    assert sightings(tmp_path, [], [code]) == []
    (tmp_path / "b.json.zst").write_bytes(zstandard.compress(f'["{code.lower()}"]'.encode()))
    assert sightings(tmp_path, [], [code])


def test_gzip_is_not_a_format_of_ours(http_night: Ran) -> None:
    """The search does not open it, so none may be there."""
    magic = gzip.compress(b"")[:2]
    packed = [
        path.name
        for path in (http_night.folder / "var").rglob("*")
        if path.is_file() and path.read_bytes()[:2] == magic
    ]
    assert packed == []

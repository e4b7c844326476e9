"""A wrong province file names the file, the line and the key; secrets never come from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from doisoat.config import find_province, load_province, load_provinces
from doisoat.errors import ConfigError

GOOD = """\
province: H21
name: Gia Lai
province_roots: [H21, H08]
shop:
  kind: files
  path: exports/shop
portal:
  kind: files
  path: exports/portal
  look_up: {kind: adapter, base_url: "http://127.0.0.1:1", password_env: NO_SUCH_VARIABLE}
rules: {sync_allowance_hours: 8}
mail: {mode: outbox}
"""


HOURS = "sync_allowance_hours: 8"


def write(tmp_path: Path, text: str, name: str = "gia_lai.yaml") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_file(tmp_path: Path) -> None:
    province = load_province(write(tmp_path, GOOD))
    assert (province.province, province.province_roots, province.schedule) == ("H21", ("H21", "H08"), "0 1 * * *")
    assert province.aggregates is None
    assert province.resolve(Path("exports/shop")) == (tmp_path / "exports" / "shop")


def test_a_time_of_day_is_written_in_quotes(tmp_path: Path) -> None:
    """Without them YAML reads a number of minutes."""
    told = load_province(write(tmp_path, GOOD.replace(HOURS, 'late_reception_from: "15:30"'))).rules
    assert told.changed() == {"late_reception_from": "15:30:00"}


@pytest.mark.parametrize(
    ("change", "line", "key", "says"),
    [
        (("province: H21", "province: Gia Lai"), 1, "province", "letter and two digits"),
        (("  path: exports/shop", "  path: exports/shop\n  colums: {}"), 7, "shop.colums", "unknown key"),
        (("kind: files\n  path: exports/shop", "kind: excel\n  path: exports/shop"), 4, "shop", "excel"),
        (("sync_allowance_hours: 8", "sync_allowance_hours: soon"), 11, "rules.sync_allowance_hours", "number"),
        *(
            ((HOURS, f"late_reception_from: {wrong}"), 11, "rules.late_reception_from", 'in quotes, like "15:00"')
            for wrong in ("15:00", "15:00:00", "15", "3pm", '"25:00"', '"15:00+07:00"', "null", "[15, 0]")
        ),
        (("sync_allowance_hours: 8", "allowance: 8"), 11, "rules.allowance", "unknown key"),
        (("{mode: outbox}", "{mode: fax}"), 12, "mail.mode", "outbox"),
        (("[H21, H08]", "[H08]"), 1, "", "province_roots must contain"),
        (("  path: exports/portal\n", ""), 7, "portal", "either path"),
        (("name: Gia Lai\n", ""), None, "name", "missing"),
        (("name: Gia Lai", "name: Gia Lai\nname: Bình Định"), 3, "name", "twice"),
        (("mail:", "aggregates: {kind: api}\nmail:"), 12, "aggregates", "missing"),
        (("mail:", "aggregates: {kind: files, path: x, period: lunar}\nmail:"), 12, "aggregates.period", "statutory"),
        (("mail:", "aggregates: {path: x}\nmail:"), 12, "aggregates", "kind"),
    ],
)
def test_a_wrong_file_names_line_and_key(
    tmp_path: Path, change: tuple[str, str], line: int | None, key: str, says: str
) -> None:
    file = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(ConfigError) as wrong:
        load_province(file)
    assert says in str(wrong.value)
    assert str(file) in str(wrong.value)
    if line is not None:
        assert wrong.value.line == line
    if key:
        assert key in str(wrong.value)
    assert int(wrong.value.exit_code) == 2


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [1, 2", "\tx: 1", "just words"])
def test_garbage_is_refused_with_the_file_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"gia_lai\.yaml"):
        load_province(write(tmp_path, text))


def test_wrong_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gia_lai.yaml"
    file.write_bytes("name: Gia Lai – Bình Định".encode("utf-16"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_province(file)


def test_two_files_with_one_code_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD, "b.yaml")
    with pytest.raises(ConfigError, match=r"b\.yaml.*a\.yaml"):
        load_provinces(tmp_path)


def test_an_unknown_label_lists_the_known_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD)
    monkeypatch.setenv("DOISOAT_PROVINCES", str(tmp_path))
    with pytest.raises(ConfigError, match="known: gia_lai"):
        find_province("binh_dinh")
    assert find_province("gia_lai").province == "H21"


def test_a_missing_secret_names_its_variable(tmp_path: Path) -> None:
    portal = load_province(write(tmp_path, GOOD)).portal
    with pytest.raises(ConfigError, match="NO_SUCH_VARIABLE"):
        portal.look_up.secret("password")  # type: ignore[union-attr]


SHIPPED = Path(__file__).resolve().parents[3] / "dags" / "provinces"
TANDAN = GOOD.replace("kind: files\n  path: exports/shop", 'kind: tandan\n  base_url: "http://127.0.0.1:1"')


@pytest.mark.parametrize("file", sorted(SHIPPED.rglob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_file_is_right(file: Path) -> None:
    assert load_province(file).province == "H44"


def test_sections_are_named_by_their_place(tmp_path: Path) -> None:
    sections = load_province(write(tmp_path, TANDAN)).sections()
    assert {name: section.system for name, section in sections.items()} == {
        "shop": "tandan",
        "portal": None,
        "portal.look_up": None,
    }


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("auth: digest", "shop.auth"),
        ("look_up_by: name", "shop.look_up_by"),
        ("page_size: 0", "shop.page_size"),
        ('tenant: "gốc"', "shop.tenant"),
        ("status_map: {xong: 11}", "shop.status_map"),
        ("grant: password", "shop.grant"),
    ],
)
def test_a_wrong_key_of_a_shop_is_named_without_its_kind(tmp_path: Path, line: str, key: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        load_province(write(tmp_path, TANDAN.replace("kind: tandan\n", f"kind: tandan\n  {line}\n")))
    assert (wrong.value.key, wrong.value.line) == (key, 6)

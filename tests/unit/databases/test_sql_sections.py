"""`kind: sql` in a province file: one way in, no account in the file, wrong keys named by file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from doisoat.config import PortalSql, ShopSql, SqlSource, load_province
from doisoat.errors import ConfigError

GOOD = """\
province: H44
name: Phú Thọ
shop:
  kind: sql
  url_env: NO_SUCH_DATABASE
  schema: opencps
  status_map: {denied: 3}
  look_up: {kind: sql, url_env: NO_SUCH_DATABASE, query: mot-ho-so.sql}
portal:
  kind: sql
  url: postgresql://127.0.0.1/guong
  query: guong.sql
"""


def load(tmp_path: Path, text: str) -> tuple[ShopSql, PortalSql]:
    file = tmp_path / "phu_tho.yaml"
    file.write_text(text, encoding="utf-8")
    province = load_province(file)
    assert isinstance(province.shop, ShopSql)
    assert isinstance(province.portal, PortalSql)
    return province.shop, province.portal


def test_a_good_file(tmp_path: Path) -> None:
    shop, portal = load(tmp_path, GOOD)
    assert (shop.preset, shop.query, shop.fetch_size) == ("opencps", None, 5_000)
    assert isinstance(shop.look_up, SqlSource)
    assert (portal.preset, portal.query) == (None, Path("guong.sql"))


def test_opencps_words_are_known_and_single_ones_overruled(tmp_path: Path) -> None:
    shop, portal = load(tmp_path, GOOD)
    assert (shop.system, shop.status_map) == ("opencps", {"denied": 3})
    assert (portal.system, portal.status_map) == (None, {})


@pytest.mark.parametrize(
    ("change", "line", "key", "says"),
    [
        (("  schema: opencps", "  schema: igate"), 6, "shop.schema", "opencps"),
        (("  schema: opencps", "  schema: opencps\n  query: a.sql"), 3, "shop", "either schema"),
        (("  schema: opencps\n", ""), 3, "shop", "either schema"),
        (("  query: guong.sql", "  schema: opencps"), 12, "portal.schema", "None"),
        (("  url_env: NO_SUCH_DATABASE\n", ""), 3, "shop", "url_env"),
        (("//127.0.0.1", "//ai:mat-khau@127.0.0.1"), 9, "portal", "account"),
        (("//127.0.0.1/guong", "//127.0.0.1/guong?user=ai&password=mat-khau"), 9, "portal", "account"),
        (("  query: guong.sql", "  query: guong.sql\n  table_prefix: a_"), 9, "portal", "table_prefix"),
        (("  schema: opencps", "  schema: opencps\n  fetch_size: 0"), 7, "shop.fetch_size", "greater"),
        (("  schema: opencps", "  schema: opencps\n  table_prefix: 'x; --'"), 7, "shop.table_prefix", "pattern"),
        (("  schema: opencps", "  schema: opencps\n  online_payments: {KeyPay: 3}"), 7, "online_payments", "1 or 2"),
        (("  schema: opencps", "  schema: opencps\n  base_url: http://x"), 7, "shop.base_url", "unknown key"),
        (("query: mot-ho-so.sql", "qery: mot-ho-so.sql"), 8, "shop.look_up.qery", "unknown key"),
    ],
)
def test_a_wrong_section_names_line_and_key(
    tmp_path: Path, change: tuple[str, str], line: int, key: str, says: str
) -> None:
    assert change[0] in GOOD
    with pytest.raises(ConfigError) as wrong:
        load(tmp_path, GOOD.replace(*change))
    assert (wrong.value.line, wrong.value.key) == (line, wrong.value.key)
    assert key in str(wrong.value.key)
    assert says in str(wrong.value)
    assert "mat-khau" not in str(wrong.value)


def test_an_unset_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="NO_SUCH_DATABASE is not set"):
        _ = load(tmp_path, GOOD)[0].address


def test_the_variable_comes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    section = SqlSource(kind="sql", url="postgresql://127.0.0.1/a", url_env="CSDL", query=Path("a.sql"))
    assert section.address == "postgresql://127.0.0.1/a"
    monkeypatch.setenv("CSDL", "postgresql://ai:mat-khau@127.0.0.1/b")
    assert section.address.endswith("/b")

"""A new province file: every key of the chosen kinds, with its meaning, and readable at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from doisoat.config import Province, load_province, write_province
from doisoat.config.forms import Forms
from doisoat.config.indicators import Indicators
from doisoat.config.inspection import Inspection
from doisoat.config.letters import Letters
from doisoat.config.meanings import MEANINGS
from doisoat.config.sections import Mail, ReferenceFiles
from doisoat.config.sources import LookUp
from doisoat.config.template import PORTAL_KINDS, SHOP_KINDS, kinds_of, province_text
from doisoat.errors import ConfigError
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.text import plain_word

FILLED_IN = {"kind", "base_url", "base_url_env", "username_env", "password_env", "path", "url_env", "schema", "query"}
PAIRS = [(shop, portal) for shop in SHOP_KINDS for portal in PORTAL_KINDS]
SECTIONS: dict[str, type[BaseModel]] = {
    section.__name__: section
    for section in (
        *SHOP_KINDS.values(),
        *PORTAL_KINDS.values(),
        *kinds_of(LookUp).values(),
        *(Province, ReferenceFiles, Mail, RuleParameters, Indicators, Inspection, Letters, Forms),
    )
}


@pytest.mark.parametrize(("shop", "portal"), PAIRS)
def test_what_is_written_can_be_read(tmp_path: Path, shop: str, portal: str) -> None:
    file = tmp_path / "new" / "gia_lai.yaml"
    write_province(file, "H21", "Gia Lai", shop=shop, portal=portal)
    province = load_province(file)
    assert (province.province, province.name, province.province_roots) == ("H21", "Gia Lai", ("H21",))
    assert (province.shop.kind, province.portal.kind) == (shop, portal)


@pytest.mark.parametrize(("shop", "portal"), PAIRS)
def test_every_key_stands_in_it_and_every_default_is_the_true_one(shop: str, portal: str) -> None:
    """With all comments taken away the file is YAML that says what the sections say."""
    lines = province_text("H21", "Gia Lai", shop=shop, portal=portal).splitlines()[3:]
    found = yaml.safe_load("\n".join(re.sub(r"^(\s*)# (?=\s*\w+:)", r"\1", line) for line in lines))
    assert found.keys() == Province.model_fields.keys() - {"source_file"}
    for key, section in (("reference", ReferenceFiles), ("rules", RuleParameters), ("mail", Mail)):
        assert found[key] == defaults(section)
    for key, kinds, kind in (("shop", SHOP_KINDS, shop), ("portal", PORTAL_KINDS, portal)):
        own = defaults(kinds[kind])
        look_up = found[key].get("look_up")
        assert found[key].keys() == own.keys()
        assert {name for name in own if found[key][name] != own[name]} <= FILLED_IN | {"look_up"}
        if "look_up" in own:
            asked = defaults(kinds_of(LookUp)[look_up["kind"]])
            assert look_up.keys() == asked.keys()
            assert {name for name in asked if look_up[name] != asked[name]} <= FILLED_IN


def defaults(section: type[BaseModel]) -> dict[str, object]:
    """Key -> default, as YAML has it; None for a key that must be given."""
    return {
        field.alias or name: None
        if field.is_required()
        else to_jsonable_python(field.get_default(call_default_factory=True))
        for name, field in section.model_fields.items()
    }


def test_every_key_has_a_meaning_and_every_meaning_a_key() -> None:
    spoken, silent = set[str](), []
    for section in SECTIONS.values():
        for key, field in section.model_fields.items():
            names = [*(f"{one.__name__}.{key}" for one in section.__mro__), key]
            meant = [name for name in names if name in MEANINGS]
            if meant and not field.description:
                spoken.add(meant[0])
            elif not field.description and key != "source_file":
                silent.append(f"{section.__name__}.{key}")
    assert silent == []
    assert MEANINGS.keys() == spoken


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "gia_lai.yaml"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="there is a file of this name already"):
        write_province(file, "H21", "Gia Lai", shop="files", portal="files")
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("code", "shop", "message"),
    [("21", "files", "province"), ("H21", "fax", r"shop\.kind.*no kind 'fax' .*known: files")],
)
def test_a_wrong_code_or_kind_writes_nothing(tmp_path: Path, code: str, shop: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        write_province(tmp_path / "a.yaml", code, "Gia Lai", shop=shop, portal="files")
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_only_named(tmp_path: Path) -> None:
    for shop, portal in PAIRS:
        for line in province_text("H21", "Gia Lai", shop=shop, portal=portal).splitlines():
            if match := re.match(r"[\s#]*(\w*(?:password|token|secret)\w*):", line):
                assert re.search("_env$|^secret_|^token_(endpoint|path)$", match[1])


@given(st.text(max_size=40))
def test_any_name_makes_a_file_that_says_it_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    file = tmp_path_factory.mktemp("new") / "a.yaml"
    try:
        write_province(file, "H21", name, shop="files", portal="files")
    except ConfigError as error:
        assert "one line of text" in str(error)
        assert not file.exists()
    else:
        assert load_province(file).name == name


@given(st.text(max_size=40))
def test_a_file_name_is_plain(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9_]*", plain_word(name))

"""A new province file: every key of the chosen kinds of source, with its meaning, made from the sections themselves.

What a province has to fill in stands as it is, with a placeholder; what has a default is commented out and shows it.
Secrets never stand in it, only the names of environment variables.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from doisoat.config.meanings import MEANINGS
from doisoat.config.sections import Province
from doisoat.config.sources import LookUp, PortalSource, ShopSource
from doisoat.errors import ConfigError

_WIDTH = 34  # of a key and its value, before the comment
_LOOK_UP = "look_up"
_PLAIN = re.compile(r"\w[\w ./–-]*")
_HIDDEN = {"source_file"}
# What a section must have, or nearly always has; {side} is SHOP or PORTAL, {folder} shop or portal.
_PLACEHOLDERS: Mapping[str, str] = {
    "base_url": "https://may-chu.tinh.gov.vn",
    "base_url_env": "DOISOAT_{side}_URL",
    "username_env": "DOISOAT_{side}_USER",
    "password_env": "DOISOAT_{side}_PASSWORD",
    "path": "exports/{folder}",
}
_NEEDED_BY = {"files": ("path",)}  # keys without which a kind is refused although they have a default


def kinds_of(union: Any) -> dict[str, type[BaseModel]]:
    """Kind -> section, of a union of sections told apart by `kind`."""
    inner = get_args(union)[0] if get_origin(union) is Annotated else union
    sections = get_args(inner) if get_origin(inner) in (Union, types.UnionType) else (inner,)
    return {kind: section for section in sections for kind in get_args(section.model_fields["kind"].annotation)}


SHOP_KINDS = kinds_of(ShopSource)
PORTAL_KINDS = kinds_of(PortalSource)
_KINDS = {"shop": SHOP_KINDS, "portal": PORTAL_KINDS}
_HEAD = """\
# {name}: tệp cấu hình đối soát. Khóa bắt đầu bằng # đang dùng mặc định; bỏ "# " để đổi.
# Đường dẫn tính từ thư mục của tệp này. Mật khẩu không bao giờ ghi ở đây: đặt vào biến môi trường.
# Sửa xong, chạy: doisoat check-source <tên tệp không đuôi>"""


def province_text(code: str, name: str, *, shop: str, portal: str) -> str:
    """The file's text; ConfigError for a kind there is not."""
    given = {"province": code, "name": name, "province_roots": [code]}
    kinds = {"shop": shop, "portal": portal}
    lines = [_HEAD.format(name=name)]
    for key, field in Province.model_fields.items():
        block = list(_block(key, field, kinds))
        if block:
            lines += [*([""] if lines[-1] else []), *block, ""]
        elif key in given:
            lines.append(_line(f"{key}: {_yaml(given[key])}", _meaning(Province, key, field)))
        elif key not in _HIDDEN:
            lines.append(_default_line(Province, key, field, "# "))
    return "\n".join(lines).rstrip() + "\n"


def _block(key: str, field: FieldInfo, kinds: Mapping[str, str]) -> Iterator[str]:
    """The lines of a key that is a section of its own; none for any other."""
    meaning = _meaning(Province, key, field)
    if key in kinds:
        yield _line(f"{key}:", meaning)
        yield from _source_lines(_section(_KINDS[key], kinds[key], key), kinds[key], key)
    elif (section := _model_of(field)) is not None:
        yield _line(f"# {key}:", meaning)
        yield from (_default_line(section, name, one, "#   ") for name, one in section.model_fields.items())


def write_province(file: Path, code: str, name: str, *, shop: str, portal: str) -> None:
    """Write a new file; ConfigError where there is one already, or where the code or a kind is none."""
    from doisoat.config.province_files import check_text

    if not name.strip() or not name.isprintable():
        raise ConfigError("the name of a province is one line of text", key="name")
    text = province_text(code, name, shop=shop, portal=portal)
    check_text(text, file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as fresh:
            fresh.write(text)
    except FileExistsError:
        raise ConfigError("there is a file of this name already; give another --output", file=file) from None


def _section(kinds: Mapping[str, type[BaseModel]], kind: str, side: str) -> type[BaseModel]:
    if kind not in kinds:
        raise ConfigError(f"no kind {kind!r} for this side (known: {', '.join(kinds)})", key=f"{side}.kind")
    return kinds[kind]


def _source_lines(section: type[BaseModel], kind: str, side: str, indent: str = "  ", mark: str = "") -> Iterator[str]:
    """Keys of a source, those to fill in as they are, the others commented out."""
    for key, field in sorted(section.model_fields.items(), key=lambda entry: entry[0] != "kind"):
        meaning = _meaning(section, key, field)
        if key == _LOOK_UP:
            yield from _look_up_lines(meaning, kind, side, indent)
        elif key == "kind":
            yield _line(f"{mark}{indent}kind: {kind}", f"{meaning}: {' | '.join(_choices(side, mark))}")
        elif field.is_required() or (key in _PLACEHOLDERS and (field.default is not None or _is_live(kind, key))):
            value = _PLACEHOLDERS.get(key, "").format(side=side.upper(), folder=side)
            yield _line(f"{mark}{indent}{key}: {value or _guess(field)}", meaning)
        else:
            yield _default_line(section, key, field, mark or f"{indent}# ")


def _is_live(kind: str, key: str) -> bool:
    return key in _NEEDED_BY.get(kind, ()) or (key.endswith("_env") and kind not in _NEEDED_BY)


def _look_up_lines(meaning: str, kind: str, side: str, indent: str) -> Iterator[str]:
    """A look-up as a comment, whole: of the side's own kind, else of one that this side usually has."""
    kinds = kinds_of(LookUp)
    usual = (one for one in kinds if (one in SHOP_KINDS) is (side == "shop"))
    chosen = kind if kind in kinds else next(usual, next(iter(kinds)))
    yield _line(f"{indent}# {_LOOK_UP}:", meaning)
    yield from _source_lines(kinds[chosen], chosen, side, indent="", mark=f"{indent}#   ")


def _choices(side: str, mark: str) -> list[str]:
    return list(kinds_of(LookUp) if mark else _KINDS[side])


def _default_line(section: type[BaseModel], key: str, field: FieldInfo, start: str) -> str:
    value = field.get_default(call_default_factory=True)
    shown = "" if value is None else f" {_yaml(value)}"
    choices = (
        f" ({' | '.join(map(str, get_args(field.annotation)))})" if get_origin(field.annotation) is Literal else ""
    )
    return _line(f"{start}{key}:{shown}", _meaning(section, key, field) + choices)


def _guess(field: FieldInfo) -> str:
    """A placeholder for a key that must be given and that this module has no example of."""
    if get_origin(field.annotation) is Literal:
        return str(get_args(field.annotation)[0])
    return "1" if field.annotation in (int, float) else "DIEN_VAO_DAY"


def _meaning(section: type[BaseModel], key: str, field: FieldInfo) -> str:
    return field.description or MEANINGS.get(f"{section.__name__}.{key}") or MEANINGS.get(key, "")


def _model_of(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _yaml(value: Any) -> str:
    """A value in YAML's flow style, which JSON is; text without quotes where it stays that text."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and yaml.safe_load(value) == value:
        return value
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _line(text: str, meaning: str) -> str:
    return f"{text:<{_WIDTH}}  # {meaning}" if meaning else text

"""Province files on disk: found, read, checked; a wrong one names itself, the line and the key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from doisoat.config.sections import Province
from doisoat.errors import ConfigError


def load_province(file: Path) -> Province:
    """Read and check one province file; ConfigError names file, line and key."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError("no such province file", file=file) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"not UTF-8 (byte {error.start})", file=file) from None
    return check_text(text, file)


def check_text(text: str, file: Path) -> Province:
    """The province a text means, as if it stood in `file`; ConfigError names file, line and key."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise ConfigError(f"not YAML: {getattr(error, 'problem', error)}", file=file, line=line) from None
    if not isinstance(raw, dict):
        raise ConfigError("expected keys and values, like 'province: H44'", file=file, line=1)
    _refuse_repeated_keys(node, file)
    try:
        return Province(**raw, source_file=file.resolve())
    except ValidationError as error:
        raise _first_problem(error, file, node) from None


def _refuse_repeated_keys(node: yaml.Node | None, file: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise ConfigError("the key stands twice", file=file, line=key.start_mark.line + 1, key=key.value)
            seen.add(key.value)
            _refuse_repeated_keys(value, file)


def _first_problem(error: ValidationError, file: Path, node: yaml.Node | None) -> ConfigError:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    line, known = _locate(node, path)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "unknown key"
    elif first["type"] == "missing":
        message = "this key is missing"
    more = len(error.errors()) - 1
    message += f" (and {more} more)" if more else ""
    return ConfigError(message, file=file, line=line, key=".".join(known) or ".".join(path))


def _locate(node: yaml.Node | None, path: list[str]) -> tuple[int | None, list[str]]:
    """Line of the deepest key of `path` that stands in the file; union tags in the path are skipped."""
    line = node.start_mark.line + 1 if node else None
    known: list[str] = []
    for part in path:
        if isinstance(node, yaml.MappingNode):
            match = next(((k, v) for k, v in node.value if k.value == part), None)
            if match is None:
                if part not in {"files", "igate", "opencps", "tandan", "sql", "adapter", "api"}:
                    known.append(part)
                continue
            line, node = match[0].start_mark.line + 1, match[1]
            known.append(part)
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
            known.append(part)
    return line, known


def provinces_folder() -> Path:
    """`dags/provinces` of this checkout, unless DOISOAT_PROVINCES names another folder."""
    named = os.environ.get("DOISOAT_PROVINCES")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "dags" / "provinces"


def province_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(label, file) of every province file in a folder, in name order."""
    for file in sorted(folder.glob("*.yaml")):
        yield file.stem, file


def load_provinces(folder: Path) -> dict[str, Province]:
    """All province files by label; two files with one province code are an error."""
    provinces: dict[str, Province] = {}
    owner: dict[str, Path] = {}
    for label, file in province_files(folder):
        province = load_province(file)
        if province.province in owner:
            raise ConfigError(
                f"province code {province.province} stands in {owner[province.province].name} as well",
                file=file,
                key="province",
            )
        owner[province.province] = file
        provinces[label] = province
    return provinces


def find_province(label: str, config: Path | None = None) -> Province:
    """The province a command means: `--config FILE`, else the file of that stem in the folder."""
    if config is not None:
        return load_province(config)
    folder = provinces_folder()
    file = folder / f"{label}.yaml"
    if not file.is_file():
        known = ", ".join(name for name, _ in province_files(folder)) or "none"
        raise ConfigError(f"no province {label!r} in {folder} (known: {known}); or use --config FILE")
    province = load_province(file)
    twin = next(
        (other for _, other in province_files(folder) if other != file and _code_of(other) == province.province), None
    )
    if twin is not None:
        raise ConfigError(f"province code {province.province} stands in {twin.name} as well", file=file, key="province")
    return province


def _code_of(file: Path) -> str | None:
    """Its province code; None for a file that is broken, which is that province's trouble alone."""
    try:
        return load_province(file).province
    except ConfigError:
        return None

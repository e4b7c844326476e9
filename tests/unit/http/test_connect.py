"""A section of the province file becomes the source or look-up it names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from doisoat.config import AdapterSource, FilesSource, IgateSource, OpencpsSource, TandanSource
from doisoat.errors import ConfigError
from doisoat.land.calls.client import CallRules
from doisoat.land.connect import open_look_up, open_source
from doisoat.model import VIETNAM

NOW = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)
ADDRESS = "http://127.0.0.1:1/duong-dan"
SECTIONS: dict[str, Any] = {
    "igate": IgateSource,
    "opencps": OpencpsSource,
    "tandan": TandanSource,
    "adapter": AdapterSource,
}


@pytest.mark.parametrize("kind", ["igate", "opencps", "tandan"])
def test_a_live_listing(kind: str) -> None:
    source = open_source(SECTIONS[kind](kind=kind, base_url=f"{ADDRESS}/"), clock=lambda: NOW)
    assert (source.kind, source.address) == (kind, ADDRESS)


@pytest.mark.parametrize("kind", SECTIONS)
def test_a_look_up(kind: str) -> None:
    look_up = open_look_up(SECTIONS[kind](kind=kind, base_url=ADDRESS))
    assert (look_up.kind, look_up.address) == (kind, ADDRESS)


def test_an_adapter_lists_nothing() -> None:
    with pytest.raises(ConfigError, match="looked up one by one"):
        open_source(AdapterSource(kind="adapter", base_url=ADDRESS), clock=lambda: NOW)


def test_an_address_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_URL", "http://127.0.0.1:2/khac/")
    igate = open_look_up(IgateSource(kind="igate", base_url=ADDRESS, base_url_env="TEST_URL"))
    export = open_source(FilesSource(kind="files", url=ADDRESS, url_env="TEST_URL"), clock=lambda: NOW)
    assert (igate.address, export.address) == ("http://127.0.0.1:2/khac", "http://127.0.0.1:2/khac")


def test_credentials_in_an_address_never_reach_a_manifest() -> None:
    with pytest.raises(ConfigError, match="username_env"):
        open_look_up(IgateSource(kind="igate", base_url="http://can-bo:bi-mat@may-chu.vn"))


def test_a_section_says_how_it_is_called() -> None:
    section = IgateSource(kind="igate", base_url=ADDRESS, concurrency=2, calls_per_second=7, attempts=9, max_wait_s=3)
    assert CallRules.of(section) == CallRules(
        concurrency=2, calls_per_second=7, connect_timeout_s=10, read_timeout_s=60, attempts=9, max_wait_s=3
    )

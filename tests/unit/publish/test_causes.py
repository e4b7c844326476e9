"""The report's part about causes: how many, how surely, and the one fault behind many."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow.parquet as pq
import pytest

from doisoat.errors import TerminalError
from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]
FAULT = "93 % chênh lệch mới (40/43) cùng thủ tục <1.004194>"


def night() -> factory.NightFiles:
    found = [
        factory.discrepancy("A1", "finished_not_synced", cause="mapping", confidence="high", technical=True),
        factory.discrepancy("A2", "finished_not_synced", cause="mapping", confidence="medium"),
        factory.discrepancy("A2", "channel_mismatch", field="KenhThucHien"),
        factory.discrepancy("", "aggregate_mismatch", field="totalReceived", period="2026-08"),
    ]
    patterns = [{"sentence": FAULT, "cause": "mapping", "new": 40}, {"sentence": "chậm", "cause": None, "new": 12}]
    return factory.NightFiles(discrepancies=found, assessed={"patterns": patterns})


def test_tree(publish: Publish) -> None:
    tree = publish(night()).json
    assert [
        (one["cause"], one["discrepancies"], one["dossiers"], one["sure"], one["technical"]) for one in tree["causes"]
    ] == [
        ("mapping", 2, 2, 1, 1),
        ("undetermined", 2, 1, 0, 0),
    ]
    assert [(one["is_fault"], one["discrepancies"]) for one in tree["patterns"]] == [(True, 40), (False, 12)]


def test_page(publish: Publish) -> None:
    page = publish(night()).html
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "Một lỗi chung: 93 % chênh lệch mới (40/43) cùng thủ tục &lt;1.004194&gt;" in text
    assert "Ánh xạ danh mục" in text and "Ánh xạ danh mục: chắc 1, có cơ sở 1" in page
    assert text.count("Một lỗi chung:") == 1  # the other may be slow officers


def test_a_night_assessed_by_an_earlier_version_says_what_to_run(
    publish: Publish, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = night().write(tmp_path_factory.mktemp("older"))
    path = files.work("assess") / "discrepancies.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["confidence", "evidence"]), path)
    from doisoat.publish.inputs import open_inputs

    with pytest.raises(TerminalError, match="run 'doisoat assess' for this date again"), open_inputs(files):
        pass

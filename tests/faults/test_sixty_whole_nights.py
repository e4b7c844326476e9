"""Sixty whole nights: what `whole_nights` says of each must be so. Prints its figures (`pytest -s`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.test_sixty_nights import NIGHTS
from tests.faults.whole_nights import simulate


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_sixty_whole_nights(tmp_path: Path) -> None:
    told = simulate(tmp_path, NIGHTS)
    print("\nwhole nights:", json.dumps(vars(told), ensure_ascii=False))  # noqa: T201 -- people look at them
    assert told.tally["mails taken twice by the server unasked"] == 0
    if NIGHTS >= 60:
        assert told.tally["killed"] >= 15
        assert told.tally["escalations"] >= 20
        assert told.tally["unclear mails listed to the engineers"] >= 5
        assert {"taken and hung up", "taken and late", "deferred", "hung up"} <= told.server.keys()

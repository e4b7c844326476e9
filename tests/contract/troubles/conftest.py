"""The night of a module: made of its `DOSSIERS` (and, where it has them, `SYSTEM` and `FILES`)."""

from __future__ import annotations

import pytest

from tests.contract.troubles.nights import Compared, compare


@pytest.fixture(scope="module")
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    module = request.module
    return compare(
        tmp_path_factory.mktemp("night"),
        module.DOSSIERS,
        system=getattr(module, "SYSTEM", ""),
        files=getattr(module, "FILES", None),
    )

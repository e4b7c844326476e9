from datetime import date
from functools import cache

import pytest

from doisoat_simulator import World, build_world

NIGHT, NEXT = date(2026, 9, 3), date(2026, 9, 4)


@cache
def made(day: date) -> World:
    return build_world(2000, 7, day)


@pytest.fixture(scope="session")
def world() -> World:
    return made(NIGHT)


@pytest.fixture(scope="session")
def next_world() -> World:
    return made(NEXT)

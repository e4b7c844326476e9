"""Fixtures of the whole-night tests; they live in `fixtures` because `tests/faults/e2e` uses them too."""

from tests.database_servers import mariadb, postgres
from tests.e2e.fixtures import behaving, files_night, http_night, served

__all__ = ["behaving", "files_night", "http_night", "mariadb", "postgres", "served"]

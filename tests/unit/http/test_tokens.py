"""A token is fetched once for all threads, renewed before it ends, and renewed when it is turned away."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from doisoat.errors import SourceRefused, SourceUnavailable
from doisoat.land.calls.answers import Unauthorised
from doisoat.land.calls.tokens import Token


class Issuer:
    """Issues t1, t2, …; `valid` is what the other side accepts now."""

    def __init__(self, lasts: float = 300):
        self.issued, self.lasts, self.now = 0, lasts, 0.0
        self.valid: set[str] = set()

    def fetch(self) -> tuple[str, float]:
        self.issued += 1
        token = f"t{self.issued}"
        self.valid = {token}
        return token, self.lasts

    def send(self, token: str) -> str:
        if token not in self.valid:
            raise Unauthorised("turned away")
        return token

    def token(self) -> Token:
        return Token(self.fetch, monotonic=lambda: self.now)


def test_it_is_fetched_once() -> None:
    issuer = Issuer()
    token = issuer.token()
    assert [token.call(issuer.send) for _ in range(3)] == ["t1"] * 3


@pytest.mark.parametrize(("lasts", "renewed_at"), [(300, 270), (20, 10)])
def test_it_is_renewed_before_it_ends(lasts: float, renewed_at: float) -> None:
    issuer = Issuer(lasts)
    token = issuer.token()
    assert token.value() == "t1"
    issuer.now = renewed_at - 0.1
    assert token.value() == "t1"
    issuer.now = renewed_at
    assert token.value() == "t2"


def test_turned_away_it_is_renewed_once_and_again() -> None:
    issuer = Issuer()
    token = issuer.token()
    calls: list[str] = []

    def send(value: str) -> str:
        calls.append(value)
        if len(calls) < 3:
            raise Unauthorised("turned away")
        return value

    assert token.call(send) == "t3"
    assert calls == ["t1", "t2", "t3"]


def test_turned_away_for_ever_it_gives_up() -> None:
    issuer = Issuer()

    def send(value: str) -> str:
        raise Unauthorised("turned away")

    with pytest.raises(SourceRefused):
        issuer.token().call(send)
    assert issuer.issued == 3


def test_a_refused_login_is_not_repeated() -> None:
    attempts = [0]

    def fetch() -> tuple[str, float]:
        attempts[0] += 1
        raise Unauthorised("wrong password")

    token = Token(fetch)
    with pytest.raises(SourceRefused, match="wrong password"):
        token.call(lambda value: value)
    with pytest.raises(SourceRefused, match="wrong password"):
        token.value()
    assert attempts[0] == 1


def test_a_login_that_did_not_get_through_is_tried_by_the_next_call() -> None:
    answers: list[Exception | tuple[str, float]] = [SourceUnavailable("down"), ("t1", 300.0)]

    def fetch() -> tuple[str, float]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    token = Token(fetch)
    with pytest.raises(SourceUnavailable):
        token.value()
    assert token.value() == "t1"


def test_many_threads_with_a_wrong_password_log_in_once() -> None:
    attempts = [0]
    together = threading.Barrier(8)

    def fetch() -> tuple[str, float]:
        attempts[0] += 1
        raise Unauthorised("wrong password")

    token = Token(fetch)

    def call() -> type[BaseException] | None:
        together.wait(10)
        try:
            token.value()
        except SourceRefused as error:
            return type(error)
        return None

    with ThreadPoolExecutor(8) as threads:
        assert {turn.result() for turn in [threads.submit(call) for _ in range(8)]} == {Unauthorised}
    assert attempts[0] == 1


def test_many_threads_renew_once() -> None:
    issuer = Issuer()
    token = issuer.token()
    assert token.call(issuer.send) == "t1"
    issuer.valid.clear()  # the session ended for everybody
    together = threading.Barrier(8)

    def call() -> str:
        together.wait(10)
        return token.call(issuer.send)

    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(call) for _ in range(8)]
        assert {answer.result() for answer in answers} == {"t2"}
    assert issuer.issued == 2

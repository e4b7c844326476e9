"""How fast one source may be asked: a rate for all threads together, and a common pause when it asks for one.

Waiting only; what is asked and what an answer means stands in `http`.
"""

from __future__ import annotations

import math
import threading
import time

from pyrate_limiter import Limiter, Rate


class Pace:
    """One source's turn-taking, shared by its threads.

    `calls_per_second` holds over every second: it is spread over tenths, so that a second's calls do not arrive
    as one burst. `hold` makes every thread wait (Retry-After), `stop` wakes and turns away everyone.
    """

    def __init__(self, calls_per_second: float):
        burst = max(1, math.floor(calls_per_second / 10))
        self._limiter = Limiter(Rate(burst, math.ceil(burst * 1000 / calls_per_second)), buffer_ms=1)
        self._not_before = 0.0  # by time.monotonic()
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def wait(self) -> bool:
        """True when the next call may go out, False once `stop` was called."""
        while not self._stop.is_set():
            pause = self._not_before - time.monotonic()
            if pause > 0:
                self._stop.wait(pause)
            elif self._limiter.try_acquire("call"):
                return not self._stop.is_set()
        return False

    def hold(self, seconds: float) -> None:
        """No call of any thread for that long."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        """Turn away everyone who waits; no further call goes out."""
        self._stop.set()
        self._limiter.close()

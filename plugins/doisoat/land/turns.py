"""One thread at a time works on what was read; all others wait for answers, or for their turn.

The interpreter lets only one of them compute anyway. But one that has to ask for it back after every call that let go
of it (pyarrow, a socket) waits for each of the others in between.
"""

from __future__ import annotations

from threading import RLock

TURN = RLock()

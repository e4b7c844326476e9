"""Starts one command and writes down what the kernel says it took: `launcher.py REPORT COMMAND …`.

A process of its own, and a small one: a child's peak memory begins with what its parent held when it was started. Runs
with a bare interpreter, so it imports next to nothing.
"""

import json
import os
import signal
import sys
import time


def main(report: str, command: list[str]) -> None:
    """Run the command to its end; leave wall and CPU seconds, peak KiB and exit code in `report`."""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.unsetenv("PYTHONDONTWRITEBYTECODE")  # as installed: modules are compiled once, not in every run
        try:
            os.execvp(command[0], command)
        except OSError as error:
            sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        os._exit(127)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the child's: it ends, then we do
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    taken = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_kib": usage.ru_maxrss}
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes longer to import than all of this
        json.dump(taken | {"code": os.waitstatus_to_exitcode(status)}, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

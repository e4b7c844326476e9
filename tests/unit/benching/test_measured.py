"""What is measured of a process is its own."""

from __future__ import annotations

import contextlib
import sys

import psutil

from doisoat.benching.measured import measure


def test_what_a_command_says_and_how_it_ends() -> None:
    done = measure([sys.executable, "-c", "import sys; print('đã nói'); print('lỗi', file=sys.stderr); sys.exit(3)"])
    assert (done.code, done.stdout, done.stderr) == (3, "đã nói\n", "lỗi\n")


def test_the_peak_is_the_childs_not_ours() -> None:
    ours = bytearray(200 << 20)
    ours[::4096] = b"x" * len(ours[::4096])
    small = measure([sys.executable, "-c", "pass"])
    large = measure([sys.executable, "-c", "x = bytearray(150 << 20); x[::4096] = b'x' * len(x[::4096])"])
    assert small.peak_mib < 100 < 150 < large.peak_mib


def test_cpu_counts_the_children_too() -> None:
    busy = "sum(range(20_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{busy}'])"
    idle, with_child = measure([sys.executable, "-c", "pass"]), measure([sys.executable, "-c", child])
    assert with_child.cpu > 2 * idle.cpu


def test_a_command_that_is_not_there_says_so() -> None:
    done = measure(["/nirgends/doisoat"])
    assert done.code == 127
    assert "/nirgends/doisoat" in done.stderr


def test_what_a_command_leaves_running_ends_with_it() -> None:
    done = measure(["sh", "-c", "sleep 1000 & echo $!"])
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(done.stdout)).wait(60)  # raises when it goes on

# SPDX-License-Identifier: BSD-2-Clause
"""Is a daemon in its real sandbox, and still alive after what was asked of it?"""
import pathlib
import signal
import subprocess
from contextlib import contextmanager

DYING_S, LOG_END_LEN = 2, 2000


def death_of(process, wait_s=0):
    """How the process ended, in words; None while it lives."""
    try:
        status = process.wait(wait_s)
    except subprocess.TimeoutExpired:
        return None
    if status == -signal.SIGSYS:
        return "killed by its own system call filter (SIGSYS)"
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def assert_filtered(process):
    """Checks that it has a filter: a sanitized build has none and would prove nothing."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    assert "Seccomp:\t2\n" in status, "it is in no sandbox"


def without_vdso(directory):
    """A command that becomes another, for which each look at a clock is a system call: so it is on
    machines whose clock is no TSC."""
    program = pathlib.Path(directory) / "without_vdso"
    source = pathlib.Path(__file__).with_name("without_vdso.c")
    subprocess.run(["gcc", "-D_GNU_SOURCE", "-o", program, source], check=True, timeout=60)
    return program


def assert_without_vdso(process):
    """AT_SYSINFO_EHDR (33) is not among what the kernel told it."""
    words = memoryview(pathlib.Path(f"/proc/{process.pid}/auxv").read_bytes()).cast("L")
    assert 33 not in words[::2], "it has a vDSO"


@contextmanager
def unharmed(process, answers, log=lambda: ""):
    """Whatever is done to the daemon within, it lives and answers afterwards.  If it died,
    that is what the test fails with, not the connection that broke."""
    assert_filtered(process)
    try:
        yield
        assert answers(), "it does not answer any more"
    except Exception as error:
        death = death_of(process, DYING_S)
        if death is None:
            raise
        raise AssertionError(f"{death}: {log()[-LOG_END_LEN:]}") from error
    assert_filtered(process)

# SPDX-License-Identifier: BSD-2-Clause
"""One frontend without limits for the whole session, and others to order."""
import ctypes
import pathlib
import subprocess
import sys

import pytest

# the lab's wire codec and daemon starter serve here, too
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "lab"))

from frontend import Frontend  # noqa: E402


CLONE_NEWNET = 0x40000000  # sched.h
LINGERING_MAX = pathlib.Path("/proc/sys/net/ipv4/tcp_max_tw_buckets")


def pytest_configure(config):
    """Each of several workers has a network of its own, where few connections linger: those of a
    minute would leave no free port, the sooner the faster the machine."""
    if hasattr(config, "workerinput"):
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        LINGERING_MAX.write_text("4096")


@pytest.fixture(scope="session")
def shared_frontend():
    with Frontend() as frontend:
        yield frontend


@pytest.fixture
def frontend(shared_frontend):
    """The session's frontend: it runs, and its prober was not asked anything yet."""
    shared_frontend.prober.forget()
    yield shared_frontend
    assert shared_frontend.process.poll() is None, shared_frontend.log


@pytest.fixture
def make_frontend():
    """make_frontend(limits={...}, ...): stopped with the test."""
    made = []

    def make(**arguments):
        made.append(Frontend(**arguments))
        return made[-1].__enter__()

    yield make
    for frontend in reversed(made):
        frontend.__exit__(None, None, None)

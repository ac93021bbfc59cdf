# SPDX-License-Identifier: BSD-2-Clause
"""The prober dies, hangs and comes back while visitors ask: nobody is told anything wrong."""
import os
import signal
import time

import pytest

from load import Load
from network import stop
from packets import SYN, Capture
from service import Service, free_listen, wait_until
from small_network import SmallNetwork

KILLS = 100 if os.environ.get("PORTLIGHT_SOAK") else 10
OPEN, CLOSED, SILENT, REJECTED = 443, 80, 3389, 25
EXPECTED = {OPEN: "open", CLOSED: "closed", SILENT: "filtered", REJECTED: "filtered"}
FILTER = """
table inet filter {
  chain input { type filter hook input priority 0;
    tcp dport 3389 drop
    tcp dport 25 reject with icmpx admin-prohibited
  }
}
"""
TRUE_PROBLEMS = (None, "prober-unavailable", "busy")  # the last while a prober stops
LONGEST_S = 15  # a check takes 3.6 s, a lost one 4.6 s; the rest is a slow machine
BETWEEN_S, STOPPED_S, BACK_S = 0.7, 1.2, 10
SYNS_OF_A_CHECK = 8


@pytest.fixture
def network():
    with SmallNetwork(listen=(OPEN,)) as net:
        net.run("target", "nft", "-f", "-", text=FILTER)
        yield net


@pytest.fixture
def checker(network):
    with Service(network, listen=free_listen()) as service:
        yield service


def hurt(checker, number):
    """One fault; what dies is started again, as a service manager would."""
    if number == signal.SIGSTOP:
        checker.prober.send_signal(signal.SIGSTOP)
        time.sleep(STOPPED_S)
        checker.prober.send_signal(signal.SIGCONT)
        return
    checker.prober.send_signal(number)
    checker.prober.wait(BACK_S)
    time.sleep(0.2)
    checker.start_prober()


def assert_truthful(told):
    assert [t for t in told if t.error is not None] == []
    assert [t for t in told if t.problem not in TRUE_PROBLEMS] == []
    assert [t for t in told if t.state not in (None, EXPECTED[t.port])] == []
    assert max(t.seconds for t in told) < LONGEST_S


def test_kills_under_load(network, checker):
    faults = [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP, signal.SIGABRT, signal.SIGTERM]
    address = network.address(4, "target")
    with Capture(network, "prober", checker.directory / "kills.pcap", "tcp") as capture:
        with Load(checker, address, list(EXPECTED), visitors=12) as load:
            for i in range(KILLS):
                time.sleep(BETWEEN_S)
                hurt(checker, faults[i % len(faults)])
            wait_until(checker.is_ready, "it does not come back", BACK_S)
            time.sleep(BETWEEN_S)
            before = len(load.told)
            wait_until(lambda: len(load.told) > before + 20, "no more answers", BACK_S)
    assert_truthful(load.told)
    assert sum(t.state is not None for t in load.told[before:]) > 10, "service is back"
    assert any(t.problem for t in load.told), "the faults were felt"
    syns = [p for p in capture.packets() if p.outgoing and p.flags == SYN]
    assert len(syns) < 2 * SYNS_OF_A_CHECK * len(load.told), "no storm"
    assert checker.frontend.poll() is None, checker.log("frontend")


def test_the_socket_file_goes_away(network, checker):
    """Connected clients stay connected; a new prober makes a new socket."""
    address = network.address(4, "target")
    with Load(checker, address, [OPEN, CLOSED]) as load:
        checker.socket.unlink()
        time.sleep(BETWEEN_S)
        assert {t.problem for t in load.told} == {None}
        stop(checker.prober)
        checker.start_prober()
        wait_until(checker.is_ready, "it is not found again", BACK_S)
        before = len(load.told)
        wait_until(lambda: len(load.told) > before + 20, "no more answers", BACK_S)
    assert_truthful(load.told)
    assert {t.problem for t in load.told[before + 8 :]} == {None}

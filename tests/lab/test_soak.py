# SPDX-License-Identifier: BSD-2-Clause
"""Everything at once, for as long as make soak says: faults in turn, under load."""
import os
import pathlib
import signal
import time

import pytest

from inspected_service import InspectedService
from load import Load
from service import free_listen
from small_network import SmallNetwork
from test_inspector_faults import TRUE_PROBLEMS, Visitors
from test_kills import EXPECTED, FILTER, assert_truthful, hurt

MINUTES = float(os.environ.get("PORTLIGHT_SOAK_MINUTES", "0.4"))
DRIFT_MAX_KB, WARM_S = 2048, 4
EVERY_S, HUNG_S = 3, 0.8
NAMES = ("prober", "frontend", "inspector")


@pytest.fixture
def network():
    with SmallNetwork() as net:
        net.run("target", "nft", "-f", "-", text=FILTER)
        yield net


@pytest.fixture
def checker(network):
    with InspectedService(network, 4, listen=free_listen()) as service:
        yield service


def memory_kb(process):
    """What it has allocated and touched; the capture ring is not part of it."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def flap(network, checker):
    network.ip("prober", 4, "link set wire down")
    time.sleep(0.1)
    network.ip("prober", 4, "link set wire up")
    # the kernel took the address's neighbours and IPv6 address with it
    network.ip("prober", 6, f"addr replace {network.address(6, 'prober')}/64 nodad dev wire")


def change_mtu(network, checker):
    network.ip("prober", 4, "link set wire mtu 1400")
    network.ip("prober", 4, "link set wire mtu 1500")


def change_address(network, checker):
    address = network.address(4, "prober")
    network.ip("prober", 4, f"addr add {address.rpartition('.')[0]}.77/24 dev wire")
    network.ip("prober", 4, f"addr del {address.rpartition('.')[0]}.77/24 dev wire")


def reload(network, checker):
    for name in NAMES:
        getattr(checker, name).send_signal(signal.SIGHUP)


def hang_prober(network, checker):
    hurt(checker, signal.SIGSTOP)


def hang_inspector(network, checker):
    checker.inspector.send_signal(signal.SIGSTOP)
    time.sleep(HUNG_S)
    checker.inspector.send_signal(signal.SIGCONT)


FAULTS = [flap, change_mtu, change_address, reload, hang_prober, hang_inspector]


def lawful(told):
    """With the link down a SYN fails or is lost: that is told as unknown, or as silence."""
    return told.state in (None, EXPECTED[told.port], "unknown", "filtered")


# the same of what is behind a port that may be out of reach, or be cut off at any moment
LAWFUL_TLS = TRUE_PROBLEMS | {"trusted", "unknown", "unreachable", "failed", "/problems/prober-unavailable"}


def used(checker):
    return {name: (memory_kb(getattr(checker, name)), descriptors(getattr(checker, name))) for name in NAMES}


def test_faults_in_turn(network, checker):
    """The same three processes all the time: they neither die nor grow."""
    address = network.address(4, "target")
    ends = time.monotonic() + MINUTES * 60
    number = 0
    with Load(checker, address, list(EXPECTED), visitors=8) as load, Visitors(checker) as visitors:
        time.sleep(WARM_S)
        before = used(checker)
        while time.monotonic() < ends:
            FAULTS[number % len(FAULTS)](network, checker)
            number += 1
            time.sleep(EVERY_S)
    assert number >= len(FAULTS)
    for name in NAMES:
        assert getattr(checker, name).poll() is None, checker.log(name)
    assert [told for told in load.told if told.error or not lawful(told)] == []
    assert {what for what, _ in visitors.told} <= LAWFUL_TLS
    faulty = len(load.told), len(visitors.told)
    with Load(checker, address, list(EXPECTED), visitors=8) as load, Visitors(checker) as visitors:
        time.sleep(WARM_S)
    assert_truthful(load.told)
    assert {told.problem for told in load.told} == {None}
    assert {what for what, _ in visitors.told} == {"trusted"}
    time.sleep(1)
    after = used(checker)
    drift = {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in NAMES}
    print(f"soak: {number} faults, {faulty[0]} checks and {faulty[1]} inspections meanwhile; "
          + ", ".join(f"{name} {kb:+d} kB {fds:+d} descriptors" for name, (kb, fds) in drift.items()))  # fmt: skip
    for name, (kb, fds) in drift.items():
        assert kb < DRIFT_MAX_KB, name
        assert fds <= 8, f"{name}: idle connections of visitors at most"

# SPDX-License-Identifier: BSD-2-Clause
"""Everything at once, for as long as make soak says: faults in turn, under load."""
import itertools
import os
import pathlib
import signal
import time
from contextlib import contextmanager

import pytest

from fleet_network import FleetNetwork, missing
from inspected_service import InspectedService
from load import Load
from service import free_listen, wait_until
from small_network import SmallNetwork
from test_fleet_kills import NOBODY, FleetVisitors, lies, whole
from test_inspector_faults import TRUE_PROBLEMS, Visitors
from test_kills import EXPECTED, FILTER, assert_truthful

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

MINUTES = float(os.environ.get("PORTLIGHT_SOAK_MINUTES", "0.6"))
WARM_S, EVERY_S, HUNG_S, CUT_S = 4, 3, 0.8, 6
DRIFT_MAX_KB, ENGINE_DRIFT_MAX_KB = 2048, 32 << 10  # the engine collects garbage when it likes
NAMES = ("prober", "frontend", "inspector")
MEMBERS = ("asker", "engine", "fra", "fra-prober")


@pytest.fixture
def network():
    with SmallNetwork() as net:
        net.run("target", "nft", "-f", "-", text=FILTER)
        yield net


@pytest.fixture
def checker(network):
    with InspectedService(network, 4, listen=free_listen()) as service:
        yield service


@pytest.fixture
def fleet():
    with FleetNetwork(free_listen()) as fleet:
        yield fleet


class Everything:
    """What faults are done to.  `processes`, by what they are called here: none may end or grow."""

    def __init__(self, network, checker, fleet):
        self.network, self.checker, self.fleet = network, checker, fleet
        self.processes = {name: getattr(checker, name) for name in NAMES}
        self.processes |= {name: fleet.processes[name] for name in MEMBERS}
        self.processes["the fleet's frontend"] = fleet.service.frontend

    def signal(self, number, *names):
        for name in names or self.processes:
            self.processes[name].send_signal(number)

    def used(self):
        return {name: (memory_kb(one), descriptors(one)) for name, one in self.processes.items()}


def memory_kb(process):
    """What it has allocated and touched; the capture ring is not part of it."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def flap(every):
    every.network.ip("prober", 4, "link set wire down")
    time.sleep(0.1)
    every.network.ip("prober", 4, "link set wire up")
    # the kernel took the address's neighbours and IPv6 address with it
    every.network.ip("prober", 6, f"addr replace {every.network.address(6, 'prober')}/64 nodad dev wire")


def change_mtu(every):
    every.network.ip("prober", 4, "link set wire mtu 1400")
    every.network.ip("prober", 4, "link set wire mtu 1500")


def change_address(every):
    address = every.network.address(4, "prober")
    every.network.ip("prober", 4, f"addr add {address.rpartition('.')[0]}.77/24 dev wire")
    every.network.ip("prober", 4, f"addr del {address.rpartition('.')[0]}.77/24 dev wire")


def reload(every):
    every.signal(signal.SIGHUP)


def hang(name, seconds=HUNG_S):
    def fault(every):
        every.signal(signal.SIGSTOP, name)
        time.sleep(seconds)
        every.signal(signal.SIGCONT, name)

    return fault


def cut(every):
    """A place's line, long enough for it to be down."""
    every.fleet.cut("fra")
    time.sleep(CUT_S)
    every.fleet.cut("fra", "up")


FAULTS = [flap, change_mtu, change_address, reload, cut, hang("prober", 1.2), hang("inspector"),
          hang("engine"), hang("asker"), hang("fra"), hang("fra-prober", 1.2)]  # fmt: skip


def lawful(told):
    """With the link down a SYN fails or is lost: that is told as unknown, or as silence."""
    return told.state in (None, EXPECTED[told.port], "unknown", "filtered")


# the same of what is behind a port that may be out of reach, or be cut off at any moment
LAWFUL_TLS = TRUE_PROBLEMS | {"trusted", "unknown", "unreachable", "failed", "/problems/prober-unavailable"}


@contextmanager
def visited(every):
    """All visitors ask: (answers about ports, about TLS, of the fleet)."""
    address = every.network.address(4, "target")
    with (Load(every.checker, address, list(EXPECTED), visitors=8) as load,
          Visitors(every.checker) as visitors, FleetVisitors(every.fleet) as places):  # fmt: skip
        yield load, visitors, places


def test_faults_in_turn(network, checker, fleet):
    """The same processes all the time: they neither die nor grow."""
    every = Everything(network, checker, fleet)
    ends = time.monotonic() + MINUTES * 60
    number = 0
    with visited(every) as (load, visitors, places):
        time.sleep(WARM_S)
        before = every.used()
        for number in itertools.count(1):
            FAULTS[number % len(FAULTS)](every)
            time.sleep(EVERY_S)
            if time.monotonic() > ends and number >= len(FAULTS):
                break
    for name, process in every.processes.items():
        assert process.poll() is None, name
    assert [told for told in load.told if told.error or not lawful(told)] == []
    assert {what for what, _ in visitors.told} <= LAWFUL_TLS
    assert places.problems <= {NOBODY} and lies(places.told, also=("unknown", "filtered")) == []
    meanwhile = f"{len(load.told)} checks, {len(visitors.told)} inspections, {len(places.told)} by three places"
    wait_until(fleet.all_up, "a place is not back")
    with visited(every) as (load, visitors, places):
        time.sleep(2 * WARM_S)
    assert_truthful(load.told)
    assert {told.problem for told in load.told} == {None}
    assert {what for what, _ in visitors.told} == {"trusted"}
    assert not places.problems and len(whole(places.told)) == len(places.told) > 0
    time.sleep(1)
    after = every.used()
    drift = {name: [now - was for now, was in zip(after[name], before[name])] for name in before}
    print(f"soak: {number} faults; meanwhile {meanwhile}; "
          + ", ".join(f"{name} {kb:+d} kB {fds:+d} descriptors" for name, (kb, fds) in drift.items()))  # fmt: skip
    for name, (kb, fds) in drift.items():
        assert kb < (ENGINE_DRIFT_MAX_KB if name == "engine" else DRIFT_MAX_KB), name
        assert fds <= 8, f"{name}: idle connections of visitors at most"

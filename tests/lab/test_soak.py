# SPDX-License-Identifier: BSD-2-Clause
"""Everything at once, for as long as make soak says: faults in turn, under load."""
import os
import pathlib
import signal
import time


from load import Load

from test_kills import EXPECTED, assert_truthful, checker, hurt, network  # noqa: F401

MINUTES = float(os.environ.get("PORTLIGHT_SOAK_MINUTES", "0.4"))
DRIFT_MAX_KB, WARM_S = 2048, 4
EVERY_S = 3


def memory_kb(process):
    """What it has allocated and touched; the capture ring is not part of it."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def flap(network, checker):  # noqa: F811
    network.ip("prober", 4, "link set wire down")
    time.sleep(0.1)
    network.ip("prober", 4, "link set wire up")
    # the kernel took the address's neighbours and IPv6 address with it
    network.ip("prober", 6, f"addr replace {network.address(6, 'prober')}/64 nodad dev wire")


def change_mtu(network, checker):  # noqa: F811
    network.ip("prober", 4, "link set wire mtu 1400")
    network.ip("prober", 4, "link set wire mtu 1500")


def change_address(network, checker):  # noqa: F811
    address = network.address(4, "prober")
    network.ip("prober", 4, f"addr add {address.rpartition('.')[0]}.77/24 dev wire")
    network.ip("prober", 4, f"addr del {address.rpartition('.')[0]}.77/24 dev wire")


def reload(network, checker):  # noqa: F811
    checker.prober.send_signal(signal.SIGHUP)
    checker.frontend.send_signal(signal.SIGHUP)


def hang(network, checker):  # noqa: F811
    hurt(checker, signal.SIGSTOP)


FAULTS = [flap, change_mtu, change_address, reload, hang]


def lawful(told):
    """With the link down a SYN fails or is lost: that is told as unknown, or as silence."""
    return told.state in (None, EXPECTED[told.port], "unknown", "filtered")


def test_faults_in_turn(network, checker):  # noqa: F811
    """The same two processes all the time: they neither die nor grow."""
    address = network.address(4, "target")
    ends = time.monotonic() + MINUTES * 60
    number = 0
    with Load(checker, address, list(EXPECTED), visitors=8) as load:
        time.sleep(WARM_S)
        before = {p.pid: (memory_kb(p), descriptors(p)) for p in (checker.prober, checker.frontend)}
        while time.monotonic() < ends:
            FAULTS[number % len(FAULTS)](network, checker)
            number += 1
            time.sleep(EVERY_S)
    assert number >= len(FAULTS)
    assert checker.prober.poll() is None, checker.log("prober")
    assert checker.frontend.poll() is None, checker.log("frontend")
    assert [told for told in load.told if told.error or not lawful(told)] == []
    with Load(checker, address, list(EXPECTED), visitors=8) as load:
        time.sleep(WARM_S)
    assert_truthful(load.told)
    assert {told.problem for told in load.told} == {None}
    time.sleep(1)
    for process in (checker.prober, checker.frontend):
        memory, count = before[process.pid]
        assert memory_kb(process) < memory + DRIFT_MAX_KB
        assert descriptors(process) <= count + 8, "idle connections of visitors at most"



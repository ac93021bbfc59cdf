# SPDX-License-Identifier: BSD-2-Clause
"""A target's quota outlives the prober, however that ends: no client gets it anew by a kill."""
import os
import signal
import time

import pytest

import wire
from service import Service
from small_network import SmallNetwork

HOUR_S = 3600
KILLS, ASKED_PER_LIFE = 32, 2
QUOTA = 10
PROBERS_QUOTA = 14  # and the part that a target keeps for itself, which the prober cannot tell
OPEN = 443


@pytest.fixture
def network():
    with SmallNetwork(listen=(OPEN,)) as net:
        yield net


@pytest.fixture
def checker(network):
    limits = {"target-quota": QUOTA, "target-window-s": HOUR_S}
    with Service(network, limits=limits) as service:
        yield service


def end(checker, number):
    checker.prober.send_signal(number)
    checker.prober.wait(10)


def answered(checker, address, times=ASKED_PER_LIFE):
    """How many of so many checks of one port get a verdict, and not a refusal."""
    with wire.Client(checker.socket) as client:
        told = [client.ask(address, OPEN)[0] for _ in range(times)]
    assert all(message.state == "open" if isinstance(message, wire.Result)
               else message.reason == "rate-limited" for message in told), told  # fmt: skip
    return sum(isinstance(message, wire.Result) for message in told)


@pytest.mark.parametrize("number, kills", [
    (signal.SIGKILL, KILLS), (signal.SIGTERM, 8), (signal.SIGABRT, 8),
])  # fmt: skip
def test_kills_in_a_row_give_no_more_checks_than_none(network, checker, number, kills):
    address = network.address(4, "target")
    began = time.monotonic()
    count = answered(checker, address)
    assert count == ASKED_PER_LIFE, "a first start punishes nobody"
    for _ in range(kills):
        end(checker, number)
        checker.start_prober()
        count += answered(checker, address)
    come_back = (time.monotonic() - began) * QUOTA / HOUR_S
    assert QUOTA <= count <= PROBERS_QUOTA + come_back
    assert "go on as they were left" in checker.log("prober")
    assert answered(checker, network.address(6, "target"), QUOTA) == QUOTA, "another target's own"


def test_the_file_is_the_probers_alone(checker):
    path = checker.socket.parent / "portlight-prober" / "limits"
    with open(f"/proc/{checker.prober.pid}/status", encoding="utf-8") as status:
        assert f"\nUid:\t{path.stat().st_uid}\t" in status.read()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_torn_file_means_spent(network, checker):
    end(checker, signal.SIGKILL)
    os.truncate(checker.socket.parent / "portlight-prober" / "limits", 1000)
    for said in ("is not as a daemon leaves it", "go on as they were left"):
        checker.start_prober()
        assert said in checker.log("prober")
        assert answered(checker, network.address(4, "target"), 3) == 0
        end(checker, signal.SIGKILL)

# SPDX-License-Identifier: BSD-2-Clause
"""Loss is not a verdict: thousands of checks over a link that drops packets both ways."""
import socket
import time
from collections import Counter

import pytest

import wire
from service import Service
from small_network import SmallNetwork

PORTS = 64
OPEN = range(2000, 2000 + PORTS)
CLOSED = range(3000, 3000 + PORTS)
IN_FLIGHT = PORTS * 16  # of one port the prober takes 32 at a time
LOSS = """
table inet loss {{
  chain input {{ type filter hook input priority 0;
    meta l4proto tcp numgen random mod 100 < {percent} drop
  }}
  chain output {{ type filter hook output priority 0;
    meta l4proto tcp numgen random mod 100 < {percent} drop
  }}
}}
"""


@pytest.fixture(scope="module")
def lossy():
    with SmallNetwork(listen=OPEN) as network:
        with Service(network, policy={"any-port": True}) as service:
            yield network, service


def states(service, address, ports, checks):
    """How often each state was found, over this many checks of one port each."""
    found = Counter()
    with wire.Client(service.socket, timeout_s=30) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        under_way, number = 0, 0
        while sum(found.values()) < checks:
            while under_way < IN_FLIGHT and under_way + sum(found.values()) < checks:
                client.send(wire.check(number, address, [ports[number % len(ports)]]))
                number += 1
                under_way += 1
            answer = client.receive()
            under_way -= 1
            if isinstance(answer, wire.Refused):  # its port is being asked 32 times just now
                assert answer.reason == "busy"
                time.sleep(0.01)
            else:
                found[answer.state] += 1
    return found


@pytest.mark.parametrize(
    "percent, checks, wrong_in",
    ((20, 8000, 1000), (30, 2000, 100)),
    ids=("20 percent", "30 percent"),
)
@pytest.mark.parametrize("state", ("open", "closed"))
def test_false_verdicts_are_rare(percent, checks, wrong_in, state, lossy):
    network, service = lossy
    ports = OPEN if state == "open" else CLOSED
    network.run("target", "nft", "-f", "-", text=LOSS.format(percent=percent))
    try:
        found = states(service, network.address(4, "target"), ports, checks)
    finally:
        network.run("target", "nft", "delete", "table", "inet", "loss")
    assert sum(found.values()) == checks
    assert checks - found[state] <= checks / wrong_in, found

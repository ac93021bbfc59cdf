# SPDX-License-Identifier: BSD-2-Clause
"""What a target receives at most, as docs/security.md says it."""
import pathlib
import re

import pytest

from network import Network
from packets import Capture
from scenarios import BENCHMARK
from service import Service, free_listen

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORTS = (22, 3389, 5432)
DROP = """
table inet t {
  chain c { type filter hook prerouting priority -300; iifname != "lo" meta l4proto tcp drop; }
  chain e { type filter hook prerouting priority -299; icmp type echo-request drop; icmpv6 type echo-request drop; }
}
"""


def documented():
    """{(ports, traced): packets}"""
    text = (ROOT / "docs/security.md").read_text()
    numbers = re.search(
        r"one port (\d+) packets, three ports (\d+), with a\s+trace (\d+) and (\d+)", text
    ).groups()
    return dict(zip([(1, False), (3, False), (1, True), (3, True)], map(int, numbers)))


@pytest.fixture(scope="module")
def silent():
    with Network(BENCHMARK, scenarios=()) as network:
        network.run("target", "nft", "-f", "-", text=DROP)
        yield network


def ask_neighbour(network, address):
    """The last router asks the target for its link address, as routers do now and then: what the
    target gets from its neighbour is not from us."""
    for line in network.run("r2", "ip", "neigh", "show", address).splitlines():
        words = line.split()
        device, link = words[words.index("dev") + 1], words[words.index("lladdr") + 1]
        network.run(
            "r2", "ip", "neigh", "change", address, "dev", device, "lladdr", link, "nud", "probe"
        )


@pytest.mark.parametrize("traced", (False, True))
@pytest.mark.parametrize("count", (1, 3))
@pytest.mark.parametrize("family", (4, 6))
def test_no_more_than_the_documentation_says(family, count, traced, silent):
    address = silent.address(family, "target")
    with Service(silent, listen=free_listen()) as checker:
        with Capture(silent, "target", checker.directory / "received.pcap") as capture:
            ask_neighbour(silent, address)
            status, answer = checker.check(address, *PORTS[:count], trace=str(traced).lower())
        packets = capture.packets()
    assert status == 200 and {p["state"] for p in answer["addresses"][0]["ports"]} == {"filtered"}
    ours = silent.address(family, "prober")
    received = [packet for packet in packets if (packet.src, packet.dst) == (ours, address)]
    assert 8 * count <= len(received) <= documented()[count, traced]

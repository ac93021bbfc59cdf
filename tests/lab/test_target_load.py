# SPDX-License-Identifier: BSD-2-Clause
"""What a target receives for one unit of its quota: docs/operating.md says the numbers."""
import pytest

import wire
from network import Network
from packets import Capture
from scenarios import PUBLIC
from service import Service

SILENT = (443, 22, 80)
PACKETS_OF_A_UNIT = 13
UNITS_OF_A_TRACE = 3


@pytest.fixture(scope="module")
def network():
    with Network(PUBLIC) as net:
        for family in (4, 6):
            net.ip("prober", family, f"route add default via {net.address(family, 'r1')}")
        net.run("target", "nft", "-f", "-", text="""
table inet load {
  chain input { type filter hook input priority -10;
    tcp dport { 443, 22, 80 } drop
    icmp type echo-request drop
    icmpv6 type echo-request drop
  }
}
""")
        yield net


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("trace", (False, True))
@pytest.mark.parametrize("count", (1, 3))
def test_what_a_silent_target_receives(family, trace, count, network, tmp_path):
    target = network.address(family, "target")
    with Service(network) as service, wire.Client(service.socket) as client:
        with Capture(network, "target", tmp_path / "load.pcap") as capture:
            answers = client.ask(target, *SILENT[:count], trace=trace)
    assert [answer.state for answer in answers] == ["filtered"] * count
    received = [packet for packet in capture.packets()
                if packet.dst == target and (packet.flags is not None or packet.icmp[0] in (8, 128))]
    syns = sum(packet.flags == 2 for packet in received)
    assert syns >= 8 * count
    units = count * (UNITS_OF_A_TRACE if trace else 1)
    print(f"{count} ports, trace {trace}: {len(received)} packets, {syns} SYNs")
    assert len(received) <= units * PACKETS_OF_A_UNIT

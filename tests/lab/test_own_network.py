# SPDX-License-Identifier: BSD-2-Clause
"""What this machine alone can reach is no target: its addresses and the networks that it is in."""
import ipaddress

import pytest

import wire
from network import Network
from packets import Capture
from scenarios import PUBLIC
from service import Service, wait_until

OPEN = 443
SERVICE_NETWORK = {4: "45.42.50.0/24", 6: "2a0e:e0:50::/64"}  # behind the checker, not routed


@pytest.fixture(scope="module")
def network():
    with Network(PUBLIC) as net:
        for family in (4, 6):
            net.ip("prober", family, f"route add default via {net.address(family, 'r1')}")
            inner = ipaddress.ip_network(SERVICE_NETWORK[family])
            if family == 4:
                net.ip("prober", 4, "link add inner type veth peer name behind")
                net.ip("prober", 4, "link set behind up")
                net.ip("prober", 4, "link set inner up")
            nodad = " nodad" if family == 6 else ""
            net.ip("prober", family, f"addr add {inner[2]}/{inner.prefixlen} dev inner{nodad}")
        yield net


@pytest.fixture(scope="module")
def client(network):
    with Service(network) as service, wire.Client(service.socket) as client:
        yield client


def own_addresses(network, family):
    inner = ipaddress.ip_network(SERVICE_NETWORK[family])
    yield "our own address", network.address(family, "prober")
    yield "our own address on another link", str(inner[2])
    yield "the gateway", network.address(family, "r1")
    yield "a neighbour that is dead", network.address(family, "neighbour-dead")
    yield "a network behind us", str(inner[9])
    yield "its last address", str(inner[-1])
    yield "its first address", str(inner[0])


def ask(client, address):
    """The code of the refusal, or a state."""
    answer = client.ask(address, OPEN)[-1]
    return answer.reason if isinstance(answer, wire.Refused) else answer.state


@pytest.mark.parametrize("family", (4, 6))
def test_nothing_of_ours_is_a_target(family, client, network, tmp_path):
    with Capture(network, "prober", tmp_path / "own.pcap") as capture:
        for what, address in own_addresses(network, family):
            assert ask(client, address) == "own-network", what
        assert ask(client, network.address(family, "target")) == "open"
    sent = {packet.dst for packet in capture.packets() if packet.outgoing and packet.flags == 2}
    assert sent == {network.address(family, "target")}


@pytest.mark.parametrize("family", (4, 6))
def test_unless_the_operator_says_so(family, network):
    with Service(network, policy={"own": True}) as service, wire.Client(service.socket) as client:
        assert ask(client, network.address(family, "r1")) in ("open", "closed")
        assert ask(client, network.address(family, "prober")) in ("open", "closed")
    named = [network.address(family, "r1")]
    with Service(network, policy={"allow": named}) as service:
        with wire.Client(service.socket) as client:
            assert ask(client, network.address(family, "r1")) in ("open", "closed")
            assert ask(client, network.address(family, "prober")) == "own-network"


@pytest.mark.parametrize("family", (4, 6))
def test_an_address_that_comes_later(family, client, network):
    """Each check asks the kernel; what it said is remembered for a second."""
    with_bits = {4: "45.77.1.1/32", 6: "2a0e:e1::1/128"}[family]
    address = with_bits.split("/")[0]
    nodad = " nodad" if family == 6 else ""
    assert ask(client, address) not in ("own-network", "busy")
    network.ip("prober", family, f"addr add {with_bits} dev inner{nodad}")
    try:
        wait_until(lambda: ask(client, address) == "own-network", "it stays a target")
    finally:
        network.ip("prober", family, f"addr del {with_bits} dev inner")


@pytest.mark.parametrize("family", (4, 6))
def test_a_tunnel_to_everywhere_is_no_network_of_ours(family, client, network):
    """A default route without a router, as modems and tunnels have it."""
    far, whole = {4: ("45.88.0.0/16", "0.0.0.0/1"), 6: ("2a0e:e2::/32", "2000::/4")}[family]
    network.ip("prober", family, f"route add {whole} dev inner")
    try:
        address = str(ipaddress.ip_network(far)[5])
        assert ask(client, address) != "own-network"
    finally:
        network.ip("prober", family, f"route del {whole} dev inner")
    network.ip("prober", family, f"route add {far} dev inner")
    try:
        address = str(ipaddress.ip_network(far)[6])
        assert ask(client, address) == "own-network"
    finally:
        network.ip("prober", family, f"route del {far} dev inner")


def test_a_nat64_of_our_own(network):
    policy = {"embed": ["2a0e:e3::/96"]}
    with Service(network, policy=policy) as service, wire.Client(service.socket) as client:
        assert ask(client, "2a0e:e3::10.1.2.3") == "address-not-public"
        assert ask(client, "2a0e:e3::" + network.address(4, "prober")) == "own-network"
        assert ask(client, "2a0e:e3::" + network.address(4, "target")) not in (
            "own-network", "address-not-public", "address-embedded")  # fmt: skip

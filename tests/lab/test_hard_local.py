# SPDX-License-Identifier: BSD-2-Clause
"""The checker's own machine in the way: its rules, its links, its addresses."""
import pytest

from hard_network import HardNetwork, Truth, ports_of, untrue
from service import Service, free_listen

BOTH = pytest.mark.parametrize("family", (4, 6))
ASKED = ((80,), (81,), (82,), (80, 81, 82))
REJECTED, PROHIBITED, LISTENED, CLOSED = 80, 82, 8040, 81
RULES = f"""
table inet own {{
  chain input {{ type filter hook input priority 0;
    tcp dport {REJECTED} reject with tcp reset
    tcp dport {PROHIBITED} reject with icmpx type admin-prohibited
  }}
}}
"""


def checker(network):
    policy = {"any-port": True, "own": True, "allow": network.addressing.prefixes()}
    return Service(network, free_listen(), policy=policy)


@pytest.fixture(scope="module")
def own():
    with HardNetwork(listen={"prober": (LISTENED,)}) as network:
        network.run("prober", "nft", "-f", "-", text=RULES)
        with checker(network) as service:
            yield network, service


@BOTH
@pytest.mark.parametrize("trace", ("false", "true"))
def test_rules_of_our_own_input(family, trace, own):
    """A reset by nftables is not the TCP's, not even from our own address."""
    network, service = own
    truths = {
        REJECTED: Truth(("closed",), "netfilter-on-host", ("reject",), ("host-firewall",), (0,), False),
        CLOSED: Truth(("closed",), "host-refuses", ("refuse",), ("host",), (0,), False),
        PROHIBITED: Truth(("filtered",), "netfilter-on-host", ("reject",), ("host-firewall",), (0,)),
        LISTENED: Truth(("open",), "host-accepts", ("accept",), ("host",), (0,)),
    }
    for ports in (*((port,) for port in truths), (REJECTED, CLOSED, LISTENED)):
        answer = ports_of(service.check(network.address(family, "prober"), *ports, trace=trace))
        for number, port in answer.items():
            assert not untrue(port, truths[number])
            assert port["actor_hop"] == 0
            if number in (CLOSED, LISTENED):
                assert port["confidence"] == "certain"


def assert_our_own_trouble(service, address, *reasons):
    for trace in ("false", "true"):
        for port in ports_of(service.check(address, 80, 81, trace=trace)).values():
            assert (port["state"], port["actor"]) == ("unknown", "local"), port
            assert port["reason"] in reasons
            assert "own network" not in port["summary"]


@BOTH
def test_a_link_of_ours_that_is_down(family):
    """The neighbour is there; our cable is not."""
    with HardNetwork() as network, checker(network) as service:
        address = network.address(family, "r1")
        assert ports_of(service.check(address, 81))[81]["state"] == "closed"
        network.ip("r1", 4, "link set left down")
        assert_our_own_trouble(service, address, "egress-blocked")


@BOTH
def test_a_default_route_without_a_gateway(family):
    """The router answers ARP for the world, until it is dead: the target is nobody's neighbour."""
    with HardNetwork(listen={"target": (80,)}) as network, checker(network) as service:
        kind = "arp" if family == 4 else "ndp"
        network.run("r1", "sysctl", "-qw", f"net.ipv{family}.conf.left.proxy_{kind}=1")
        address = network.address(family, "target")
        if family == 6:
            network.ip("r1", 6, f"neigh add proxy {address} dev left")
        network.ip("prober", family, f"route del {network.addressing.routed(family)}")
        network.ip("prober", family, "route add default dev right")
        assert ports_of(service.check(address, 80))[80]["state"] == "open"
        network.ip("prober", family, "neigh flush all")
        network.run("r1", "sysctl", "-qw", f"net.ipv{family}.conf.left.proxy_{kind}=0")
        assert_our_own_trouble(service, address, "gateway-unreachable", "egress-blocked")

# SPDX-License-Identifier: BSD-2-Clause
"""The checker's own machine in the way: its rules, its links, its addresses."""
import pytest

from hard_network import HardNetwork, Truth, ports_of, untrue
from service import Service, free_listen, wait_until

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
    """A reset by nftables is not the TCP's, even from our own address."""
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


def wait_for_no_carrier(network):
    """The kernel acts on a cable's end up to a second later: until then some SYNs still leave."""
    show = ("ip", "link", "show", "right")
    wait_until(lambda: " state UP " not in network.run("prober", *show), "no carrier at the prober")


@BOTH
def test_a_link_of_ours_that_is_down(family):
    """The neighbour is there; our cable is not."""
    with HardNetwork() as network, checker(network) as service:
        address = network.address(family, "r1")
        assert ports_of(service.check(address, 81))[81]["state"] == "closed"
        network.ip("r1", 4, "link set left down")
        wait_for_no_carrier(network)
        assert_our_own_trouble(service, address, "egress-blocked")


def go_without_a_gateway(network, family, *addresses):
    """Sets a default route to the link, where r1 answers ARP for everybody."""
    kind = "arp" if family == 4 else "ndp"
    network.run("r1", "sysctl", "-qw", f"net.ipv{family}.conf.left.proxy_{kind}=1")
    for address in addresses if family == 6 else ():
        network.ip("r1", 6, f"neigh add proxy {address} dev left")
    network.ip("prober", family, f"route del {network.addressing.routed(family)}")
    network.ip("prober", family, "route add default dev right")


@BOTH
@pytest.mark.parametrize("trace", ("false", "true"))
def test_who_takes_everything_at_the_end_of_a_tunnel(family, trace):
    """It is nearest, and answers pings and port 80 of a host that is dead."""
    truth = Truth(("open", "closed"), None, ("accept", "refuse"), ("path",), (1,))
    with HardNetwork(listen={"r1": (80,)}) as network, checker(network) as service:
        address = network.address(family, "host-dead")
        go_without_a_gateway(network, family, address)
        ip, icmp = ("ip", "icmp") if family == 4 else ("ip6", "icmpv6")
        network.run("r1", "nft", "-f", "-", text=f"""
table {ip} takes {{
  chain nat {{ type nat hook prerouting priority -100;
    {ip} daddr {address} tcp dport 80-81 redirect
    {ip} daddr {address} {icmp} type echo-request redirect
  }}
}}
""")  # fmt: skip
        for ports in ((80,), (81,), (80, 81)):
            for port in ports_of(service.check(address, *ports, trace=trace)).values():
                assert not untrue(port, truth)
                assert port["confidence"] != "certain"


@BOTH
def test_a_default_route_without_a_gateway(family):
    """The router answers for everybody until it is dead; the target is nobody's neighbour."""
    with HardNetwork(listen={"target": (80,)}) as network, checker(network) as service:
        kind = "arp" if family == 4 else "ndp"
        address = network.address(family, "target")
        go_without_a_gateway(network, family, address)
        assert ports_of(service.check(address, 80))[80]["state"] == "open"
        network.ip("prober", family, "neigh flush all")
        network.run("r1", "sysctl", "-qw", f"net.ipv{family}.conf.left.proxy_{kind}=0")
        assert_our_own_trouble(service, address, "gateway-unreachable", "egress-blocked")

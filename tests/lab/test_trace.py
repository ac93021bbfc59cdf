# SPDX-License-Identifier: BSD-2-Clause
"""Traces over paths that are not straight."""
import pytest

from scenarios import HOPS
from service import Service, free_listen

SILENT, OPEN = 3389, 443
BOTH = pytest.mark.parametrize("family", (4, 6))
MUTE = """
table inet mute {
  chain output { type filter hook output priority 0;
    icmp type time-exceeded drop
    icmpv6 type time-exceeded drop
  }
}
"""


def trace(service, address, number):
    status, answer = service.check(address, number, trace="true")
    assert status == 200, answer
    assert answer["duration_ms"] < 4500
    [port] = answer["addresses"][0]["ports"]
    return port


@BOTH
def test_a_loop(family, network, service):
    """Two routers in turn; the packet that decided came when the full TTL ran out."""
    port = trace(service, network.address(family, "route-loop"), OPEN)
    at = network.addressing.at
    routers = [(at(family, 1, 1), at(family, 2, 1)), (at(family, 2, 2), at(family, 3, 1))]
    assert (port["state"], port["reason"]) == ("filtered", "icmp-ttl-exceeded")
    assert (port["actor"], port["confidence"]) == ("path", "likely")
    assert {"routing-loop", "ttl-expired-in-transit"} <= set(port["evidence"])
    hops = [hop["address"] for hop in port["path"]["hops"]]
    assert len(hops) >= 4
    for index, address in enumerate(hops):  # whichever of its addresses it says
        assert address in routers[index % 2]


@BOTH
def test_a_silent_router_in_between(family, network):
    """By a checker of its own: another knows the router from the traces before."""
    network.run("r1", "nft", "-f", "-", text=MUTE)
    try:
        with Service(network, listen=free_listen()) as service:
            port = trace(service, network.address(family, "target"), SILENT)
    finally:
        network.run("r1", "nft", "delete", "table", "inet", "mute")
    hops = [hop["address"] for hop in port["path"]["hops"]]
    assert hops == [None, network.address(family, "r2"), None]
    assert port["path"]["last_hop"]["hop"] == HOPS["r2"]
    assert port["path"]["silent_from"] == HOPS["target"]


@BOTH
def test_a_dead_host(family, network, service):
    port = trace(service, network.address(family, "host-dead"), OPEN)
    assert (port["state"], port["disposition"]) == ("filtered", "unreachable")
    assert (port["actor"], port["actor_hop"]) == ("path", HOPS["r2"])
    hops = [hop["address"] for hop in port["path"]["hops"]]
    assert hops == [network.address(family, "r1"), network.address(family, "r2")]
    assert port["path"]["last_hop"]["hop"] == HOPS["r2"]


@BOTH
def test_a_neighbour_that_is_not_there(family, network, service):
    port = trace(service, network.address(family, "neighbour-dead"), OPEN)
    assert (port["reason"], port["actor"], port["actor_hop"]) == ("local-arp-failure", "local", 0)


def test_a_trace_on_the_own_machine_is_empty(network, service):
    port = trace(service, network.address(4, "prober"), 22)
    assert port["state"] == "closed"
    assert port["path"] is None


def test_three_traces_at_once(network, service):
    status, answer = service.check(network.address(4, "target"), SILENT, 25, 465, trace="true")
    assert status == 200
    assert answer["duration_ms"] < 4500
    found = {port["port"]: port["path"] for port in answer["addresses"][0]["ports"]}
    assert found[25]["last_hop"]["hop"] == HOPS["r1"]  # the first router drops
    assert found[465]["last_hop"]["hop"] == HOPS["r2"]
    assert found[SILENT]["last_hop"]["hop"] == HOPS["r2"]

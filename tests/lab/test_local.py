# SPDX-License-Identifier: BSD-2-Clause
"""Obstacles on the checker's own machine are not blamed on the target."""
import ipaddress

import pytest

from scenarios import HOPS
from service import Service, free_listen
from small_network import SmallNetwork

OPEN, CLOSED, SILENT, REJECTED, ROUTER = 443, 22, 3389, 3306, 587
STATES = {OPEN: "open", CLOSED: "closed", SILENT: "filtered", REJECTED: "filtered",
          ROUTER: "filtered"}  # fmt: skip
NAT = """
table {word} local_nat {{
  chain nat {{ type nat hook postrouting priority 100;
    oifname "right" meta l4proto tcp masquerade to :20000-20100
  }}
}}
"""


@pytest.fixture(scope="module")
def nat_rules(network):
    """The checker's own machine rewrites the source ports of what leaves."""
    for word in ("ip", "ip6"):
        network.run("prober", "nft", "-f", "-", text=NAT.format(word=word))
    try:
        yield
    finally:
        for word in ("ip", "ip6"):
            network.run("prober", "nft", "delete", "table", word, "local_nat")


@pytest.fixture(scope="module")
def behind_nat(nat_rules, network):
    with Service(network, listen=free_listen()) as service:
        yield service


@pytest.mark.parametrize("family", (4, 6))
def test_masquerading_a_port_like_our_own(family, nat_rules, network):
    """The target's port is one of those that the prober sends from."""
    with Service(network, listen=free_listen(), policy={"any-port": True}) as service:
        status, answer = service.check(network.address(family, "target"), 61001)
    assert status == 200, answer
    [port] = answer["addresses"][0]["ports"]
    assert (port["state"], port["reason"]) == ("closed", "reset")
    assert "local-nat" in port["evidence"]


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("number", STATES)
def test_masquerading(family, number, behind_nat, network):
    status, answer = behind_nat.check(network.address(family, "target"), number, trace="true")
    assert status == 200, answer
    [port] = answer["addresses"][0]["ports"]
    assert port["state"] == STATES[number]
    assert "local-nat" in port["evidence"]
    if number in (OPEN, CLOSED):
        assert port["actor"] == "host"
    if number == CLOSED:
        assert port["actor_hop"] in (None, HOPS["target"])
    if number == SILENT:
        assert port["path"]["last_hop"]["hop"] == HOPS["r2"]
    if number == ROUTER:
        assert (port["actor"], port["actor_hop"]) == ("path", HOPS["r1"])


def test_a_second_address_of_our_own():
    """The kernel gives its SYNs the first address as source, and no hop is in between."""
    with SmallNetwork() as network:
        first = ipaddress.ip_address(network.address(4, "prober"))
        second = str(ipaddress.ip_address((int(first) & ~0xFF) | 200))
        network.run("prober", "ip", "address", "add", f"{second}/24", "dev", "wire")
        with Service(network, listen=free_listen()) as service:
            status, answer = service.check(second, CLOSED)
    assert status == 200, answer
    [port] = answer["addresses"][0]["ports"]
    assert (port["state"], port["reason"]) == ("closed", "reset")

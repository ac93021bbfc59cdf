# SPDX-License-Identifier: BSD-2-Clause
"""The same verdicts over every kind of link, and over bad ones."""
import sys
import threading
import time

import pytest

from network import LabError
from service import Service, free_listen, wait_until
from scenarios import SYN_MAX
from small_network import SmallNetwork

OPEN, CLOSED, SILENT = 443, 22, 3389
ALL = (OPEN, CLOSED, SILENT)
STATES = {OPEN: "open", CLOSED: "closed", SILENT: "filtered"}
DROP = """
table inet filter {
  chain input { type filter hook input priority 0;
    tcp dport 3389 drop
  }
}
"""


def small(join, *rules):
    class Carried(SmallNetwork):
        def carry(self):
            return super().carry(*rules)

    return Carried(listen=(OPEN,), join=join)


def ask(service, network, family, *ports, place="target", **parameters):
    status, answer = service.check(network.address(family, place), *ports, **parameters)
    assert status == 200, answer
    return {port["port"]: port for port in answer["addresses"][0]["ports"]}


def states(ports):
    return {number: port["state"] for number, port in ports.items()}


@pytest.mark.parametrize("join", ("veth", "bridge", "macvlan", "tun"))
def test_every_link(join):
    with small(join) as network:
        network.run("target", "nft", "-f", "-", text=DROP)
        with Service(network, listen=free_listen()) as service:
            for family in (4, 6):
                ports = ask(service, network, family, *ALL)
                assert states(ports) == STATES
                assert ports[OPEN]["actor"] == ports[CLOSED]["actor"] == "host"
                assert ports[OPEN]["confidence"] == "certain"
                assert ports[CLOSED]["actor_hop"] in (None, 1)
                own = ask(service, network, family, CLOSED, place="prober")[CLOSED]
                assert (own["state"], own["actor_hop"]) == ("closed", 0)


@pytest.mark.parametrize("number", (OPEN, CLOSED))
def test_an_rtt_of_600_ms(number):
    with small("tun", "delay=300") as network:
        with Service(network, listen=free_listen()) as service:
            port = ask(service, network, 4, number)[number]
    assert port["state"] == STATES[number]
    assert 590 < port["rtt_ms"] < 900


@pytest.mark.parametrize("number", (OPEN, CLOSED))
def test_an_answer_2500_ms_late_counts(number):
    with small("tun", "late=2500", f"port={number}") as network:
        with Service(network, listen=free_listen()) as service:
            port = ask(service, network, 4, number)[number]
    assert port["state"] == STATES[number]
    # a RST does not say which of a flow's two SYNs it is for
    shortest = 2490 if number == OPEN else 1790
    assert shortest < port["rtt_ms"] < 3000
    assert ("rtt-ambiguous" in port["evidence"]) == (number == CLOSED)


@pytest.mark.parametrize("number", (OPEN, CLOSED))
def test_only_a_true_retransmission_is_answered(number):
    """The first SYN of each flow is lost: flow A's second one, at 0.7 s, comes through."""
    with small("tun", "first=1", f"port={number}") as network:
        with Service(network, listen=free_listen()) as service:
            port = ask(service, network, 4, number)[number]
    assert port["state"] == STATES[number]
    assert 3 <= port["sent"] <= SYN_MAX  # the flows that seem silent are asked, too
    assert "depends-on-flow" not in port["evidence"]
    assert ("retransmitted" if number == OPEN else "rtt-ambiguous") in port["evidence"]


@pytest.mark.parametrize("number", (OPEN, CLOSED))
def test_half_of_the_flows_are_dead(number):
    """Of the first two flows' source ports one is even and one is odd, and so on."""
    with small("tun", "flows=half", f"port={number}") as network:
        with Service(network, listen=free_listen()) as service:
            found = [ask(service, network, 4, number)[number] for _ in range(16)]
    assert {port["state"] for port in found} == {STATES[number]}
    first_alive = {port["sent"] < 4 for port in found}
    assert first_alive == {True, False}, "both parities come first now and then"
    for port in found:
        if port["sent"] >= 4:
            assert "depends-on-flow" in port["evidence"]
        assert not {"depends-on-dscp", "depends-on-source-port"} & set(port["evidence"])


@pytest.fixture
def veth():
    with small("veth") as network:
        network.run("target", "nft", "-f", "-", text=DROP)
        with Service(network, listen=free_listen()) as service:
            yield network, service


def test_a_link_that_goes_down_under_way(veth):
    """SYNs that never left prove nothing."""
    network, service = veth
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(ask(service, network, 4, SILENT)[SILENT])
    )
    thread.start()
    time.sleep(1.2)
    network.ip("prober", 4, "link set wire down")
    thread.join()
    assert (answers[0]["state"], answers[0]["actor"]) == ("unknown", "local")
    assert answers[0]["sent"] < 8
    network.ip("prober", 4, "link set wire up")
    assert states(ask(service, network, 4, *ALL)) == STATES


def test_a_device_that_is_deleted_and_made_again(veth):
    network, service = veth
    network.ip("prober", 4, "link del wire")
    assert states(ask(service, network, 4, OPEN)) == {OPEN: "unknown"}
    network.join()
    wait_until(lambda: is_reached(network), "the new device carries nothing", 10)
    for family in (4, 6):
        assert states(ask(service, network, family, *ALL)) == STATES


def is_reached(network):
    code = "import socket, sys; socket.create_connection((sys.argv[1], 443), timeout=1)"
    try:
        for family in (4, 6):
            network.run("prober", sys.executable, "-c", code, network.address(family, "target"))
        return True
    except LabError:
        return False


def test_the_answer_comes_by_another_link(veth):
    """Two links: the SYN leaves by one, the answer arrives by the other."""
    network, service = veth
    at = network.addressing.at
    network.pair("back", "back")
    for family in (4, 6):
        length = "/24" if family == 4 else "/64 nodad"
        network.ip("prober", family, f"addr add {at(family, 2, 2)}{length} dev back")
        network.ip("target", family, f"addr add {at(family, 2, 1)}{length} dev back")
    for node in ("prober", "target"):
        network.ip(node, 4, "link set back up")
    for family in (4, 6):
        to = network.address(family, "prober")
        network.ip("target", family, f"route add {to} via {at(family, 2, 2)}")
    wait_until(lambda: is_reached(network), "the way back is not used", 10)
    for family in (4, 6):
        ports = ask(service, network, family, *ALL)
        assert states(ports) == STATES
        assert ports[OPEN]["confidence"] == "certain"

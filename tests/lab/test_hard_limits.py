# SPDX-License-Identifier: BSD-2-Clause
"""Hosts and routers limit how often they answer: silence behind a limit is no drop."""
from collections import Counter

import pytest

from hard_network import HardNetwork, ports_of
from service import Service, ask_all, free_listen

VISITORS = 12
LIMITS = ("net.ipv4.icmp_ratemask=6168", "net.ipv6.icmp.ratelimit=1000")  # Linux's own
RULES = """
table inet limits {
  chain input { type filter hook input priority 0;
    tcp dport 8300-8399 reject with icmpx type admin-prohibited
    tcp dport 8400-8499 reject with icmpx type port-unreachable
    tcp dport 83 drop
    tcp dport { 81, 82 } limit rate 1/second burst 1 packets reject with tcp reset
    tcp dport { 81, 82 } drop
  }
  chain output { type filter hook output priority 0;
    tcp sport 8600-8699 tcp flags & rst == rst limit rate over %d/second burst %d packets drop
  }
}
"""


class Limited(HardNetwork):
    rate, limited = 20, ("target", "r1", "r2")

    def _add_rules(self):
        for node in self.limited:
            self.run(node, "sysctl", "-qw", *LIMITS)
        self.run("target", "nft", "-f", "-", text=RULES % (self.rate, self.rate))


class Unlimited(Limited):
    limited = ()


@pytest.fixture(scope="module", params=(20, 5), ids=lambda rate: f"{rate} a second")
def network(request):
    net = Limited(listen={"target": (80,)})
    net.rate = request.param
    with net:
        yield net


@pytest.fixture
def service(network):
    """A new service for each test, because a prober remembers what it saw of a target."""
    policy = {"any-port": True, "allow": network.addressing.prefixes()}
    with Service(network, free_listen(), policy=policy) as checker:
        yield checker


def crowd(service, address, first, trace="false", visitors=VISITORS, checks=VISITORS):
    """Visitors ask at once about three ports each; returns the answers of all ports."""

    def ask(n):
        ports = range(first + 3 * n, first + 3 * n + 3)
        return ports_of(service.check(address, *ports, trace=trace))

    answers = ask_all(ask, range(checks), visitors)
    return [port for ports in answers.values() for port in ports.values()]


def said(port):
    return (port["state"], port["reason"], port["disposition"], port["confidence"],
            "rate-limit-suspected" in port["evidence"])  # fmt: skip


def assert_excused(ports, words):
    """Silent ones say that there may be a limit, and none is called dropped or lossy."""
    for port in ports:
        assert port["reason"] != "lossy-path", said(port)
        if port["reason"] == "no-response":
            assert "rate-limit-suspected" in port["evidence"], Counter(map(said, ports))
            assert port["disposition"] == "unknown"
            assert "limiter" in port["explanations"]
        else:
            assert port["disposition"] in words, said(port)


@pytest.mark.parametrize("trace", ("false", "true"))
@pytest.mark.parametrize("first", (8300, 8400))
@pytest.mark.parametrize("family", (4, 6))
def test_errors_of_a_host(family, first, trace, service, network):
    assert_excused(crowd(service, network.address(family, "target"), first, trace), {"reject"})


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("kind", ("unreachable", "prohibit"))
def test_a_router_without_a_route(kind, family, service, network):
    place = "route-unreachable"
    network.ip("r1", family, f"route replace {kind} {network.address(family, place)}")
    ports = crowd(service, network.address(family, place), 8500)
    assert_excused(ports, {"unreachable", "reject"})


@pytest.mark.parametrize("family", (4, 6))
def test_resets_of_a_host(family, service, network):
    """Sixty closed ports, asked by twelve at once."""
    ports = crowd(service, network.address(family, "target"), 8600, checks=20)
    for port in ports:
        assert port["state"] in ("closed", "filtered"), said(port)
    assert_excused(ports, {"refuse", "unknown"})


@pytest.mark.parametrize("family", (4, 6))
def test_late_resets_are_no_loss(family, service, network):
    """Two ports share one reset a second, a third is dropped."""
    for ports in ((81, 82, 83), (83, 81), (83, 82, 80)):
        answer = ports_of(service.check(network.address(family, "target"), *ports))
        assert answer[83]["state"] == "filtered"
        assert answer[83]["reason"] == "no-response"


@pytest.mark.parametrize("family", (4, 6))
def test_traces_at_once_leave_each_other_their_hops(family, service, network):
    """A router that answered others is not called the place where SYNs vanish."""
    address = network.address(family, "target")
    answers = ask_all(
        lambda _: ports_of(service.check(address, 83, trace="true")), range(VISITORS), VISITORS
    )
    for ports in answers.values():
        path = ports[83]["path"]
        assert path["silent_from"] in (3, None), path


def test_a_drop_is_still_called_one():
    """Where everybody else is answered at once, silence is not a limit's."""
    with Unlimited(listen={"target": (80,)}) as network:
        policy = {"any-port": True, "allow": network.addressing.prefixes()}
        with Service(network, free_listen(), policy=policy) as service:
            for family in (4, 6):
                address = network.address(family, "target")

                def ask(ports, address=address):
                    return ports_of(service.check(address, *ports))

                # others ask before it and after it
                cases = [(83, 80), *((8300 + n, 8400 + n) for n in range(VISITORS))]
                answers = ask_all(ask, cases, 4)
                port = answers[83, 80][83]
                assert (port["disposition"], port["confidence"]) == ("drop", "likely"), said(port)

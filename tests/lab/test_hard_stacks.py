# SPDX-License-Identifier: BSD-2-Clause
"""Hosts whose TCP or ping is unlike Linux's: nothing that portlight says of them is untrue, and
the state depends neither on company nor on a trace."""
from dataclasses import replace

import pytest

import stacks
from hard_network import STACK_HOP, HardNetwork, Truth, ports_of, untrue
from service import Service, ask_all, free_listen

ACCEPTED = Truth(("open",), "host-accepts", ("accept",), ("host",), (STACK_HOP,))
REFLECTS = Truth(("closed",), "host-refuses", ("refuse",), ("host",), (STACK_HOP,), False)
PLAIN = replace(REFLECTS, explanation="host-refuses-plainly")
TARPIT = Truth(("open",), "syn-proxy-on-host", ("accept",), ("host-firewall",), (STACK_HOP,))
NEAR_SIDE = Truth(("filtered", "closed"), "filter-on-host", ("reject", "refuse"), ("host-firewall", "host"))
DEPENDS = ("depends-on-dscp", "depends-on-source-port", "depends-on-flow")
# An unfamiliar echo beside it leaves the place open.
TRUTHS = {
    stacks.like_linux: (ACCEPTED, REFLECTS),
    stacks.like_freebsd: (ACCEPTED, PLAIN),
    stacks.like_lwip: (ACCEPTED, PLAIN),
    stacks.mute_lwip: (ACCEPTED, PLAIN),
    stacks.like_linux_4: (ACCEPTED, replace(PLAIN, explanation=None)),
    stacks.echo_in_place: (ACCEPTED, REFLECTS),
    stacks.echo_in_place_plain: (ACCEPTED, replace(PLAIN, guesses=True)),
    stacks.echo_by_edge: (ACCEPTED, REFLECTS),
    stacks.echo_behind: (ACCEPTED, REFLECTS),
    stacks.ttl_60: (ACCEPTED, REFLECTS),
    stacks.ttl_30: (ACCEPTED, REFLECTS),
    stacks.ttl_128: (ACCEPTED, PLAIN),
    stacks.tcp_ttl_60: (
        replace(ACCEPTED, never=("ttl-matches-host",)),
        replace(PLAIN, never=("ttl-matches-host",)),
    ),
    stacks.icmp_ttl_255: (ACCEPTED, REFLECTS),
    stacks.atomic_fragments: (ACCEPTED, REFLECTS),
    stacks.window_without_options: (ACCEPTED, REFLECTS),
    stacks.injected_reset: (ACCEPTED, replace(ACCEPTED, always=("rst-injected",))),
    stacks.injected_reset_far: (ACCEPTED, replace(ACCEPTED, always=("rst-injected",))),
    stacks.error_before_it: (replace(ACCEPTED, always=("icmp-contradicted",)),) * 2,
    stacks.tarpit: (TARPIT, TARPIT),
    stacks.ends_with_a_fin: (ACCEPTED, REFLECTS),
    stacks.resets_with_a_syn: (REFLECTS, REFLECTS),
    stacks.wants_a_repetition: (
        replace(ACCEPTED, never=DEPENDS),
        replace(REFLECTS, never=DEPENDS),
    ),
    stacks.near_side: (ACCEPTED, NEAR_SIDE),
}
ASKED = {"80": (80,), "81": (81,), "both": (80, 81), "three closed": (81, 83, 84)}
CASES = [
    (host, family, ports, trace)
    for host in TRUTHS
    for family in (4, 6)
    for ports in ASKED
    for trace in (False, True)
]


def name(case):
    host, family, ports, trace = case
    return "-".join((host.__name__, f"ipv{family}", ports, "trace" if trace else ""))


@pytest.fixture(scope="module")
def network():
    with HardNetwork() as net:
        yield net


@pytest.fixture(scope="module")
def service(network):
    with Service(network, free_listen(), policy={"any-port": True, "allow": network.addressing.prefixes()}) as checker:
        yield checker


@pytest.fixture(scope="module")
def answers(service, network):
    def ask(case):
        host, family, ports, trace = case
        address = network.host(family, stacks.number(host))
        return ports_of(service.check(address, *ASKED[ports], trace=str(trace).lower()))

    return ask_all(ask, CASES, 8)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_nothing_is_untrue(case, answers):
    opened, closed = TRUTHS[case[0]]
    for number, port in answers[case].items():
        assert not untrue(port, opened if number == stacks.OPEN else closed)
        if case[0] is stacks.tarpit:
            assert port["confidence"] != "certain"


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("host", TRUTHS, ids=lambda host: host.__name__)
def test_the_state_is_the_same_in_a_crowd(host, family, service, network):
    address = network.host(family, stacks.number(host))
    asked = [((80, 81, 83), "true"), ((80,), "false"), ((81, 80), "false"), ((81,), "true")] * 3

    def ask(index):
        ports, trace = asked[index]
        return ports_of(service.check(address, *ports, trace=trace))

    opened, closed = TRUTHS[host]
    for ports in ask_all(ask, range(len(asked)), 12).values():
        for number, port in ports.items():
            assert not untrue(port, opened if number == stacks.OPEN else closed)


@pytest.mark.parametrize("family", (4, 6))
def test_sharpness(family, answers):
    """Modest must not mean vague: an ordinary host is named."""
    for trace in (False, True):
        both = answers[stacks.like_linux, family, "both", trace]
        assert (both[80]["actor"], both[80]["confidence"]) == ("host", "certain")
        assert (both[81]["disposition"], both[81]["actor"]) == ("refuse", "host")
        assert both[81]["confidence"] == "likely"
        assert both[81]["actor_hop"] in (None, STACK_HOP)


@pytest.mark.parametrize("family", (4, 6))
def test_one_port_does_not_decide_anothers_verdict(family, service, network):
    """Both are refused by machines behind the router; they only look unlike each other."""
    address = network.host(family, stacks.number(stacks.two_machines))
    truth = Truth(("closed",), "forwarded-refuses", ("refuse",), ("behind-nat",))
    for ports in ((81, 82), (82,), (81, 82, 83)):
        for port in ports_of(service.check(address, *ports)).values():
            assert not untrue(port, truth)
            assert port["confidence"] != "certain"


def test_a_device_without_tcp_is_no_firewall(service, network):
    truth = Truth(("filtered",), "host-without-tcp", ("unreachable", "reject"), ("host",))
    for family in (4, 6):
        address = network.host(family, stacks.number(stacks.no_tcp))
        for ports in ((80,), (80, 81, 82)):
            for port in ports_of(service.check(address, *ports)).values():
                assert not untrue(port, truth)
                assert port["confidence"] != "certain"


@pytest.mark.parametrize("family", (4, 6))
def test_a_balancer_with_a_dead_backend(family, service, network):
    address = network.host(family, stacks.number(stacks.half_of_the_flows))
    for trace in ("false", "true"):
        for _ in range(6):
            [port] = ports_of(service.check(address, 80, trace=trace)).values()
            assert port["state"] in ("open", "closed")
            if port["state"] == "closed":
                assert port["confidence"] != "certain"
                assert "group-member" in port["explanations"]
            else:
                assert "host-accepts" in port["explanations"]

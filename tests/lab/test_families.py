# SPDX-License-Identifier: BSD-2-Clause
"""Every family of answers, in every way of asking, through the API."""
from contextlib import ExitStack, contextmanager

import pytest

from families import CASES, CLOSED, TRACED, WAYS, name
from family_network import FamilyNetwork
from service import Service, ask_all, free_listen

POLICIES = {
    "alone": {},
    "contrast": {},
    "control": {"control-port": True},
    "blind": {"echo": False},
}


@pytest.fixture(scope="module")
def family_network():
    with FamilyNetwork() as net:
        yield net


@contextmanager
def checkers(network, names, **policy):
    """A checker for each name."""
    with ExitStack() as stack:
        settings = {"any-port": True, "allow": network.addressing.prefixes()} | policy
        yield {
            name: stack.enter_context(Service(network, free_listen(), policy=settings))
            for name in names
        }


@pytest.fixture(scope="module")
def services(family_network):
    """For each policy one checker for ports that answer and one for those that stay silent:
    where much was answered, silence may be a limit."""
    with ExitStack() as stack:
        running = {}
        for way in WAYS:
            twin = next((w for w in running if POLICIES[w] == POLICIES[way]), None)
            running[way] = running[twin] if twin else stack.enter_context(
                checkers(family_network, (True, False), **POLICIES[way])
            )
        yield running


def verdict(port):
    return (
        f"{port['state']}/{port['disposition']} {port['reason']} "
        f"{port['actor']}@{port['actor_hop']} {port['confidence']}"
    )


def port_of(answer, number):
    [target] = answer["addresses"]
    return next(port for port in target["ports"] if port["port"] == number)


@pytest.fixture(scope="module")
def answers(services, family_network):
    def ask(case):
        row, family, way = case
        ports = [row.port]
        if way == "contrast" and row.port != CLOSED:
            ports.append(CLOSED)
        return services[way][row.is_silent()].check(family_network.address(family, row.place), *ports)

    return ask_all(ask, CASES)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_verdict(case, answers):
    row, family, way = case
    status, answer = answers[case]
    assert status == 200, answer
    port = port_of(answer, row.port)
    assert verdict(port) == row.expected(way, family), port["evidence"]
    assert row.truth <= set(port["explanations"])
    if way != "blind":
        assert row.evidence <= set(port["evidence"])


@pytest.fixture(scope="module")
def traces(family_network):
    """One checker for each: a router that answered many is excused for its silence."""
    rows = list(dict.fromkeys(row for row, _ in TRACED))

    with checkers(family_network, rows) as running:

        def ask(case):
            row, family = case
            address = family_network.address(family, row.place)
            return running[row].check(address, row.port, trace="true")

        yield ask_all(ask, TRACED)


@pytest.mark.parametrize("case", TRACED, ids=name)
def test_trace(case, traces, family_network):
    row, family = case
    status, answer = traces[case]
    assert status == 200, answer
    assert answer["duration_ms"] < 4500
    port = port_of(answer, row.port)
    last, silent_from = row.path

    def address(node):
        return node and family_network.address(family, node)

    path = port["path"]
    assert path["silent_from"] == silent_from
    assert path["last_hop"]["address"] == address(last)
    if silent_from:
        assert path["last_hop"]["hop"] == silent_from - 1
    assert verdict(port) == (row.traced or row.alone), port["evidence"]
    assert row.truth <= set(port["explanations"])
    assert [hop["address"] for hop in path["hops"]] == [address(node) for node in row.hops]
    assert [hop["hop"] for hop in path["hops"]] == list(range(1, len(row.hops) + 1))
    for hop in path["hops"]:
        assert (hop["rtt_ms"] is None) == (hop["address"] is None)


def test_untraced_ports_have_no_path(services, family_network):
    status, answer = services["alone"][False].check(family_network.address(4, "target"), 2000, trace="true")
    assert status == 200
    assert port_of(answer, 2000)["path"] is None

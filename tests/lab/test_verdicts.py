# SPDX-License-Identifier: BSD-2-Clause
"""Every scenario of the table, through the API, as text and by the command line."""
import json

import pytest

from scenarios import CASES, SYN_MAX, case_id, differences
from service import ask_all

UNKNOWN_EXIT = 3
COMMANDS_AT_ONCE = 6  # the prober serves eight clients, the frontend is one of them
every_case = pytest.mark.parametrize("case", CASES, ids=case_id)


@pytest.fixture(scope="module")
def api_answers(service, network):
    def ask(case):
        row, family = case
        return service.check(network.address(family, row.place), row.port)

    return ask_all(ask, CASES)


@pytest.fixture(scope="module")
def text_answers(service, network):
    def ask(case):
        row, family = case
        return service.check(network.address(family, row.place), row.port, accept="text/plain")

    return ask_all(ask, CASES)


@pytest.fixture(scope="module")
def command_answers(service, network):
    def ask(case):
        row, family = case
        expect = () if row.outcome.state == "unknown" else ("--expect", row.outcome.state)
        return service.command("--json", *expect, network.address(family, row.place), row.port)

    return ask_all(ask, CASES, COMMANDS_AT_ONCE)


def only_port(answer, address, family):
    """The object of the one address and port that was asked for."""
    assert answer["host"] == address
    [target] = answer["addresses"]
    assert (target["address"], target["family"]) == (address, f"ipv{family}")
    [port] = target["ports"]
    return port


@every_case
def test_api(case, api_answers, network):
    row, family = case
    status, answer = api_answers[case]
    assert status == 200, answer
    port = only_port(answer, network.address(family, row.place), family)
    wrong = differences(row, family, network.addressing, port)
    assert not wrong, wrong
    assert port["summary"]
    assert answer["warnings"] == []


@every_case
def test_command_line(case, command_answers, network):
    row, family = case
    done = command_answers[case]
    port = only_port(json.loads(done.stdout), network.address(family, row.place), family)
    wrong = differences(row, family, network.addressing, port)
    assert not wrong, wrong
    assert done.returncode == (UNKNOWN_EXIT if row.outcome.state == "unknown" else 0)


@every_case
def test_plain_text(case, text_answers):
    row = case[0]
    status, body = text_answers[case]
    assert status == 200, body
    port, state, disposition, actor, *rtt = body.split()
    assert (port, state) == (f"{row.port}/tcp", row.outcome.state)
    assert disposition in row.outcome.disposition
    assert actor in row.outcome.actor
    if row.outcome.by and row.outcome.by != "prober":
        assert rtt and rtt[0].endswith("ms") and float(rtt[0][:-2]) > 0


def test_three_ports_in_one_request(service, network):
    """They share the silence's time and come in the order of the question."""
    status, answer = service.check(network.address(4, "target"), 25, 443, 22)
    assert status == 200
    [target] = answer["addresses"]
    states = [(port["port"], port["state"]) for port in target["ports"]]
    assert states == [(25, "filtered"), (443, "open"), (22, "closed")]
    assert target["ports"][0]["sent"] == SYN_MAX
    assert 2900 < answer["duration_ms"] < 4500


def test_post_gives_the_same(service, network):
    body = {"host": network.address(6, "target"), "ports": [443]}
    status, answer = service.request("POST", "/api/v1/check", body)
    assert status == 200
    assert only_port(json.loads(answer), body["host"], 6)["state"] == "open"


def test_command_line_prints_lines(service, network):
    done = service.command(network.address(4, "target"), "443,22")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["443/tcp", "open"],
        ["22/tcp", "closed"],
    ]
    assert done.returncode == 1


@pytest.mark.parametrize("family", (4, 6))
def test_command_line_refuses_what_is_not_allowed(family, service, network):
    done = service.command(network.addressing.loopback(family), "443")
    assert done.returncode == 4

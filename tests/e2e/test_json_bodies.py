# SPDX-License-Identifier: BSD-2-Clause
"""Bodies that are not exactly as documented do nothing but cost their sender units."""
import os

import pytest

from frontend import TARGET
from json_bodies import ACCEPTED, GOOD, HOST, refused

REFUSED = refused()
CPU_MAX_S = 0.003  # many times what it takes
ROUNDS = 3


@pytest.fixture
def named(frontend):
    """The hosts in these bodies exist, so only a refusal prevents the check."""
    for name in (HOST, "evil.vectors.net", "a.net", "b.net"):
        frontend.dns.zone[name] = {"A": [TARGET]}
    frontend.dns.questions.clear()
    return frontend


@pytest.mark.parametrize("case", REFUSED)
def test_refused(named, case):
    sent, status, name, codes, pointer = REFUSED[case]

    answer = named.post(sent)

    problem = answer.problem
    assert (answer.status, problem["type"]) == (status, f"/problems/{name}"), answer
    code = problem.get("code")
    assert code in (codes.split("|") if codes else [None]), answer
    errors = problem.get("errors", [])
    assert [(error["pointer"], error["code"]) for error in errors] == (
        [(pointer, code or name)] if pointer else []
    ), answer
    assert named.dns.questions == []
    assert named.prober.asked == []


def test_there_are_enough():
    assert len(REFUSED) >= 120


def test_every_beginning_of_a_good_body(named):
    for length in range(len(GOOD)):
        answer = named.post(GOOD[:length])
        assert answer.is_problem(400, "malformed-request", "not-json"), answer
    assert named.dns.questions == []
    assert named.prober.asked == []


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(named, case):
    answer = named.post(ACCEPTED[case])

    assert answer.status == 200, answer
    assert answer.json["host"] == HOST
    assert {question.name for question in named.dns.questions} == {HOST}
    assert named.prober.asked == [(TARGET, (443,))]


def cpu_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_refusal_is_cheap(named):
    spent = cpu_seconds(named.process)
    for sent, *_ in [*REFUSED.values()] * ROUNDS:
        named.post(sent)
    assert cpu_seconds(named.process) - spent < CPU_MAX_S * ROUNDS * len(REFUSED)

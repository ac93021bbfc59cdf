# SPDX-License-Identifier: BSD-2-Clause
"""One check under way serves all who ask the same meanwhile."""
import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import wire
from frontend import OTHER_TARGET, TARGET, TARGET_IPV6
from service import wait_until

DELAY_S = 1.0
CROWD = 40


@pytest.fixture
def slow(make_frontend):
    """A frontend whose prober takes its time; asks() is (address, ports) of each check."""
    frontend = make_frontend()
    frontend.prober.delay_s = DELAY_S
    return frontend


def asks(frontend):
    return [(asked.address, asked.ports) for asked in frontend.prober.asked]


def begin(frontend, *arguments, **parameters):
    """A check under way: a future, when the frontend has it."""
    with_it = pending(frontend) + 1
    future = ThreadPoolExecutor(1).submit(frontend.check, *arguments, **parameters)
    wait_until(lambda: pending(frontend) == with_it, "the check does not begin")
    return future


def expect(frontend, count):
    """Waits until so many questions have reached the prober."""
    wait_until(lambda: len(asks(frontend)) >= count, "the prober was not asked")
    return asks(frontend)


def pending(frontend):
    lines = frontend.get("/metrics").text.splitlines()
    [value] = [line.split()[1] for line in lines if line.startswith("portlight_checks_pending ")]
    return int(float(value))


def ports_of(answer):
    [address] = answer.json["addresses"]
    return address["ports"]


def test_a_crowd_is_one_question(slow):
    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(lambda _: slow.check(TARGET, 443, 80), range(CROWD)))
    assert {answer.status for answer in answers} == {200}
    assert len({str(ports_of(answer)) for answer in answers}) == 1
    assert len(asks(slow)) < CROWD / 4, "those that came while one was under way"


def test_the_order_of_ports_is_the_askers_own(slow):
    first = begin(slow, TARGET, 443, 22, 80)
    second = begin(slow, TARGET, 80, 443, 22)
    assert expect(slow, 1) == [(TARGET, (443, 22, 80))]
    assert [port["port"] for port in ports_of(second.result())] == [80, 443, 22]
    by_port = {port["port"]: port for port in ports_of(first.result())}
    assert ports_of(second.result()) == [by_port[80], by_port[443], by_port[22]]


def test_a_name_of_both_families_waits_for_both(slow):
    slow.dns.zone["dual.vectors.net"] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    first, second = begin(slow, "dual.vectors.net", 443), begin(slow, TARGET_IPV6, 443)
    assert set(expect(slow, 2)) == {(TARGET, (443,)), (TARGET_IPV6, (443,))}
    assert len(first.result().json["addresses"]) == 2
    assert ports_of(second.result()) == first.result().json["addresses"][1]["ports"]


def test_what_is_answered_is_asked_anew(slow):
    slow.prober.delay_s = 0
    slow.check(TARGET, 443)
    slow.check(TARGET, 443)
    assert asks(slow) == [(TARGET, (443,))] * 2


@pytest.mark.parametrize("other", [
    {"host": OTHER_TARGET}, {"host": TARGET_IPV6}, {"packets": "true"}, {"trace": "true"},
    {"ports": "443"}, {"ports": "443,80,22"}, {"ports": "443,22"},
], ids=["address", "family", "packets", "trace", "fewer", "more", "others"])  # fmt: skip
def test_what_differs_is_another_question(slow, other):
    """Ports are compared with each other: with others beside it, a port's verdict may differ."""
    other = dict(other)
    first = begin(slow, TARGET, 443, 80)
    second = begin(slow, other.pop("host", TARGET), 443, 80, **other)
    assert len(expect(slow, 2)) == 2
    assert first.result().status == second.result().status == 200


class Leaver:
    """A visitor hangs up before the answer; for a stream, the frontend notices."""

    def __init__(self, frontend):
        self._connection = http.client.HTTPConnection(frontend.listen, timeout=10)
        path = f"/api/v1/check?host={TARGET}&ports=443"
        self._connection.request("GET", path, headers={"Accept": "text/event-stream"})

    def leave(self):
        self._connection.close()


def test_who_leaves_takes_nothing_from_the_others(slow):
    leaver = Leaver(slow)
    wait_until(lambda: slow.prober.asked, "nothing was asked")
    stays = begin(slow, TARGET, 443)
    leaver.leave()
    assert stays.result().status == 200
    assert asks(slow) == [(TARGET, (443,))]
    assert slow.prober.cancelled == []


def test_when_all_have_left_it_is_cancelled(slow):
    slow.prober.mode = "silent"
    leavers = [Leaver(slow) for _ in range(3)]
    wait_until(lambda: pending(slow) == 3, "not all have come")
    assert len(expect(slow, 1)) == 1
    for leaver in leavers:
        assert slow.prober.cancelled == []
        leaver.leave()
    wait_until(lambda: len(slow.prober.cancelled) == 1, "it is not cancelled")
    slow.prober.mode = "answer"
    assert slow.check(TARGET, 443).status == 200
    assert len(asks(slow)) == 2


def test_all_hear_that_the_prober_went(slow):
    slow.prober.mode = "silent"
    futures = [begin(slow, TARGET, 443) for _ in range(5)]
    assert len(expect(slow, 1)) == 1
    slow.prober.hang_up()
    for future in futures:
        assert future.result().is_problem(503, "prober-unavailable")


def test_all_hear_a_refusal(make_frontend):
    frontend = make_frontend()
    frontend.prober.mode, go_on = "say", threading.Event()

    def refuse_later(job):
        go_on.wait(10)
        return wire.encode(wire.REFUSED, job, 8, 0xFF, 4200)

    frontend.prober.said = refuse_later
    futures = [begin(frontend, TARGET, 443) for _ in range(3)]
    go_on.set()
    for future in futures:
        assert future.result().is_problem(429, "rate-limited", "target")


def test_the_target_pays_once(make_frontend):
    frontend = make_frontend(limits={"target-quota": 2, "target-window-s": 3600})
    frontend.prober.delay_s = DELAY_S
    futures = [begin(frontend, TARGET, 443) for _ in range(6)]
    assert {future.result().status for future in futures} == {200}
    frontend.prober.delay_s = 0
    assert frontend.check(TARGET, 443).status == 200
    assert frontend.check(TARGET, 443).is_problem(429, "rate-limited", "target")

# SPDX-License-Identifier: BSD-2-Clause
"""The prober goes away: everyone is told at once, and served again when it is back."""
import json
import signal
import threading
import time

import pytest

from service import Service, free_listen, wait_until

SILENT, OPEN = 3389, 443
AT_ONCE_S = 0.5
RECONNECT_S = 3


@pytest.fixture
def checker(network):
    """A pair of its own: what happens here must not disturb the session's."""
    with Service(network, listen=free_listen()) as service:
        yield service


def unavailable(status, body):
    problem = json.loads(body) if isinstance(body, str) else body
    return status == 503 and problem["type"] == "/problems/prober-unavailable"


def test_a_check_under_way_is_answered_at_once(checker, network):
    answers = []

    def ask():
        answers.append((*checker.check(network.address(4, "target"), SILENT), time.monotonic()))

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    time.sleep(1)
    checker.prober.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    for thread in asking:
        thread.join()
    assert len(answers) == 3
    for status, body, when in answers:
        assert unavailable(status, body)
        assert when - killed < AT_ONCE_S


def test_while_it_is_away_and_when_it_is_back(checker, network):
    target = network.address(4, "target")
    checker.prober.send_signal(signal.SIGKILL)
    checker.prober.wait()
    wait_until(lambda: not checker.is_ready(), "readiness ends", AT_ONCE_S)

    started = time.monotonic()
    assert unavailable(*checker.check(target, OPEN))
    assert time.monotonic() - started < AT_ONCE_S
    assert checker.request("GET", "/healthz")[0] == 200
    assert checker.command(target, OPEN).returncode == 5

    checker.start_prober()
    wait_until(checker.is_ready, "readiness returns", RECONNECT_S)
    status, answer = checker.check(target, OPEN)
    assert status == 200
    assert answer["addresses"][0]["ports"][0]["state"] == "open"


@pytest.mark.parametrize("name", ("prober", "frontend"))
def test_each_stops_when_told(name, checker):
    process = getattr(checker, name)
    process.terminate()
    assert process.wait(timeout=5) == 0


def test_the_frontend_starts_before_the_prober(network):
    with Service(network, listen=free_listen(), start=False) as service:
        service.start_frontend()
        assert not service.is_ready()
        service.start_prober()
        wait_until(service.is_ready, "readiness comes", RECONNECT_S)

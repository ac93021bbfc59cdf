# SPDX-License-Identifier: BSD-2-Clause
"""The prober goes away: every client is told at once, and served again when it is back."""
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from network import Network
from service import Service, free_listen, wait_until

SILENT, OPEN = 3389, 443
AT_ONCE_S = 3  # without waiting for the 3.6 s that a check takes
RECONNECT_S = 30
HANG_S = 20


@pytest.fixture
def checker(network):
    """A pair of its own: what happens here must not disturb the session's."""
    with Service(network, listen=free_listen()) as service:
        yield service


def state_of(checker, target):
    _, answer = checker.check(target, OPEN)
    return answer["addresses"][0]["ports"][0]["state"]


def unavailable(status, body):
    problem = json.loads(body) if isinstance(body, str) else body
    return status == 503 and problem["type"] == "/problems/prober-unavailable"


def test_a_check_under_way_is_answered_at_once(checker, network):
    target = network.address(4, "target")
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(checker.check, target, SILENT) for _ in range(5)]
        time.sleep(1)
        checker.prober.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        assert all(unavailable(*future.result()) for future in asked)
        assert time.monotonic() - killed < AT_ONCE_S


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
    assert state_of(checker, target) == "open"


@pytest.mark.parametrize("name", ("frontend", "prober"))
def test_who_is_told_to_stop_finishes_its_checks_first(name, checker, network):
    target = network.address(4, "target")
    process = getattr(checker, name)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(checker.check, target, SILENT) for _ in range(5)]
        time.sleep(0.5)
        process.terminate()
        for future in asked:
            status, answer = future.result()
            assert status == 200
            assert answer["addresses"][0]["ports"][0]["state"] == "filtered"
    assert process.wait(timeout=5) == 0


@pytest.mark.parametrize("name", ("prober", "frontend"))
def test_each_stops_when_told(name, checker):
    process = getattr(checker, name)
    process.terminate()
    assert process.wait(timeout=5) == 0


def test_a_prober_that_hangs_makes_nobody_wait_for_ever(checker, network):
    checker.prober.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert unavailable(*checker.check(network.address(4, "target"), OPEN))
        assert time.monotonic() - started < HANG_S
        wait_until(lambda: not checker.is_ready(), "readiness ends", HANG_S)
    finally:
        checker.prober.send_signal(signal.SIGCONT)
    wait_until(checker.is_ready, "readiness returns", HANG_S)


def test_a_link_that_goes_and_comes():
    """In a network of its own: IPv6 addresses do not survive that."""
    with Network() as network, Service(network, listen=free_listen()) as checker:
        target = network.address(4, "target")
        network.ip("r1", 4, "link set left down")
        assert checker.check(target, OPEN)[0] == 200
        network.ip("r1", 4, "link set left up")
        wait_until(lambda: state_of(checker, target) == "open", "the link carries again")


def test_the_frontend_starts_before_the_prober(network):
    with Service(network, listen=free_listen(), start=False) as service:
        service.start_frontend()
        assert not service.is_ready()
        service.start_prober()
        wait_until(service.is_ready, "readiness comes", RECONNECT_S)

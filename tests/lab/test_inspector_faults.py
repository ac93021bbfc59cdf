# SPDX-License-Identifier: BSD-2-Clause
"""The inspector dies, hangs, is told to stop and comes back while visitors ask: nobody is told
anything wrong, and whoever asked before a stop gets an answer."""
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from inspected_service import SLOW_PORT, TLS_PORT, InspectedService
from load import Crowd
from service import free_listen, wait_until
from small_network import SmallNetwork

KILLS, STOPS = (100, 50) if os.environ.get("PORTLIGHT_SOAK") else (6, 2)
AT_WORK = 60  # of 96 workers
BETWEEN_S, HUNG_S, LONGEST_S = 0.5, 0.8, 15
TRUE_PROBLEMS = {"/problems/inspector-unavailable", "/problems/busy"}


@pytest.fixture(scope="module")
def network():
    with SmallNetwork() as net:
        yield net


@pytest.fixture(scope="module")
def checker(network):
    with InspectedService(network, AT_WORK, listen=free_listen()) as service:
        yield service


def metric(checker, name):
    text = checker.request("GET", "/metrics")[1]
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


class Visitors(Crowd):
    """They look at a port, each at an address of its own."""

    def __init__(self, checker, count=4, port=TLS_PORT, apart_s=0):
        super().__init__([partial(self._visit, address) for address in checker.addresses[:count]], 0.05, apart_s)
        self.told = []
        self._checker, self._port = checker, port

    def _visit(self, address):
        started = time.monotonic()
        try:
            status, answer = self._checker.inspect(address, self._port)
        except OSError as error:
            self.told.append((repr(error), 0))
            return
        what = answer["type"] if status != 200 else answer["addresses"][0]["tls"]["state"]
        self.told.append((what, time.monotonic() - started))


def hurt(checker, number):
    if number == signal.SIGSTOP:
        checker.inspector.send_signal(signal.SIGSTOP)
        time.sleep(HUNG_S)
        checker.inspector.send_signal(signal.SIGCONT)
        return
    checker.inspector.send_signal(number)
    checker.inspector.wait(LONGEST_S)
    time.sleep(0.2)
    checker.start_inspector()


def test_kills_under_load(checker):
    faults = [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP, signal.SIGABRT, signal.SIGTERM]
    with Visitors(checker) as visitors:
        for i in range(KILLS):
            time.sleep(BETWEEN_S)
            hurt(checker, faults[i % len(faults)])
        before = len(visitors.told)
        wait_until(lambda: [what for what, _ in visitors.told[before:]].count("trusted") > 20,
                   "the inspector does not come back", LONGEST_S)  # fmt: skip
    said = {what for what, _ in visitors.told}
    assert said - TRUE_PROBLEMS == {"trusted"}, said
    assert said & TRUE_PROBLEMS, "the faults were felt"
    assert max(seconds for _, seconds in visitors.told) < LONGEST_S
    assert checker.frontend.poll() is None, checker.log("frontend")


def test_a_stop_loses_no_answer(checker):
    """Of a server that says nothing: each takes its whole deadline."""
    address = checker.addresses[0]
    wait_until(lambda: checker.inspect(address, TLS_PORT)[0] == 200, "it is not back")
    for _ in range(STOPS):
        # that one's own worker is no longer counted
        wait_until(lambda: metric(checker, "portlight_inspector_workers") == 0, "they are still at work")
        with ThreadPoolExecutor(AT_WORK) as pool:
            asked = [pool.submit(checker.inspect, one, SLOW_PORT) for one in checker.addresses]
            wait_until(lambda: metric(checker, "portlight_inspector_workers") == AT_WORK,
                       "they are not at work")  # fmt: skip
            checker.inspector.terminate()
            for future in asked:
                status, answer = future.result()
                assert status == 200, answer
                assert answer["addresses"][0]["tls"]["state"] == "unknown", answer
        assert checker.inspector.wait(LONGEST_S) == 0
        checker.start_inspector()
        wait_until(lambda: checker.inspect(address, TLS_PORT)[0] == 200, "it is not back")


def test_a_stop_ends_though_visitors_go_on(checker):
    """There is somebody at work all the time: each takes three seconds."""
    with Visitors(checker, 8, SLOW_PORT, apart_s=0.35) as visitors:
        checker.inspector.terminate()
        assert checker.inspector.wait(LONGEST_S) == 0
    assert {what for what, _ in visitors.told} <= TRUE_PROBLEMS | {"unknown"}
    assert "unknown" in {what for what, _ in visitors.told}
    checker.start_inspector()

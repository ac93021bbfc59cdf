# SPDX-License-Identifier: BSD-2-Clause
"""The members of a fleet die, hang and come back while visitors ask all places: no place is told to
have found anything but what it finds, and those that are well go on answering."""
import os
import signal
import time
from functools import partial

import pytest

from fleet_network import NAMES, FleetNetwork, missing
from load import Crowd
from network import STOP_TIMEOUT_S
from service import free_listen, wait_until

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

KILLS = 100 if os.environ.get("PORTLIGHT_SOAK") else 10
FAULTS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP, signal.SIGABRT, signal.SIGTERM)
HURT = ("engine", "asker", "iad", "iad-prober")
BETWEEN_S, HUNG_S, PAUSE_S, LONGEST_S = 1.5, 1.2, 0.1, 15
NOBODY = "/problems/no-place-answered"  # without engine or asker
EXPECTED = {
    443: {"fra": "open", "iad": "open", "syd": "open"},
    22: {"fra": "open", "iad": "filtered", "syd": "filtered"},
    80: {"fra": "closed", "iad": "closed", "syd": "filtered"},
}


class FleetVisitors(Crowd):
    """They ask all places about a port of the target.  `told` has the port, {place: state, or its
    status if that is not "answered"} and the comparison; `problems` what was said instead."""

    def __init__(self, fleet):
        super().__init__([partial(self._visit, port) for port in EXPECTED], PAUSE_S)
        self.told, self.problems, self.longest_s = [], set(), 0
        self._fleet = fleet

    def _visit(self, port):
        began = time.monotonic()
        try:
            status, answer = self._fleet.service.check(self._fleet.target, port, **{"from": "all"})
            if status == 200:
                self.told.append((port, {p["place"]: found(p) for p in answer["places"]}, answer["comparison"][0]))
            else:
                self.problems.add(answer["type"])
        except OSError as error:
            self.problems.add(repr(error))
        self.longest_s = max(self.longest_s, time.monotonic() - began)


def found(place):
    if place["status"] != "answered":
        return place["status"]
    return place["addresses"][0]["ports"][0]["state"]


def lies(told, also=()):
    """What is neither expected, nor `also` lawful, nor the word for a place that did not answer."""
    lawful = {"down", "no-answer", "refused", *also}
    return [(port, states) for port, states, _ in told
            for place, state in states.items() if state not in lawful | {EXPECTED[port][place]}]  # fmt: skip


def whole(told):
    """The answers in which every place said what it finds."""
    return [states for port, states, _ in told if states == EXPECTED[port]]


def hurt(fleet, name, number):
    """One fault; what dies is started again, as a service manager would."""
    process = fleet.processes[name]
    process.send_signal(number)
    if number == signal.SIGSTOP:
        time.sleep(HUNG_S)
        process.send_signal(signal.SIGCONT)
        return
    process.wait(2 * STOP_TIMEOUT_S)
    time.sleep(0.2)
    fleet.start(name)


def test_kills_under_load():
    with FleetNetwork(free_listen()) as fleet:
        with FleetVisitors(fleet) as visitors:
            for i in range(KILLS):
                time.sleep(BETWEEN_S)
                hurt(fleet, HURT[i % len(HURT)], FAULTS[i % len(FAULTS)])
            wait_until(fleet.all_up, "it does not come back")
            before = len(visitors.told)
            wait_until(lambda: len(whole(visitors.told[before:])) > 10, "not all answer again")
        assert visitors.problems <= {NOBODY}
        assert lies(visitors.told) == []
        assert len(whole(visitors.told)) < len(visitors.told), "the faults were felt"
        assert any(states["syd"] == EXPECTED[port]["syd"] and states["iad"] != EXPECTED[port]["iad"]
                   for port, states, _ in visitors.told), "who is well goes on"  # fmt: skip
        assert {comparison["because"] for *_, comparison in visitors.told} <= {None, "source-filter"}
        assert visitors.longest_s < LONGEST_S
        assert fleet.service.frontend.poll() is None, fleet.service.log("frontend")

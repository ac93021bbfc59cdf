# SPDX-License-Identifier: BSD-2-Clause
"""What a fault in one member of a fleet costs requests to the others: latency before and during
the fault."""
import pathlib
import signal
import statistics
import sys
import threading
import time
from contextlib import contextmanager

from figures import Figure

TESTS = pathlib.Path(__file__).resolve().parents[2] / "tests"
sys.path += [str(TESTS / "lab"), str(TESTS / "e2e")]

from fleet import Fleet  # noqa: E402
from frontend import OTHER_TARGET, Frontend  # noqa: E402
from nats_client import NatsClient  # noqa: E402
from service import wait_until  # noqa: E402

HONEST = {"from": "fra,iad"}  # the fault is in syd or in an engine
ASKED = 100
PAUSE_S = 0.02
WORST_RATIO = 0.5  # the median may double
DEADLINE_MS = 5600  # of a place


@contextmanager
def killed(daemon):
    daemon.stop(signal.SIGKILL)
    yield


@contextmanager
def hanging(daemon):
    daemon.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        daemon.process.send_signal(signal.SIGCONT)


@contextmanager
def saying(prober, mode, said=b""):
    prober.mode, prober.said = mode, lambda job: said
    yield


@contextmanager
def flooding(fleet):
    """Sends messages that the engine forbids, as fast as one core can."""
    fleet.agents["syd"].stop()
    end = threading.Event()

    def flood():
        with NatsClient(fleet, "syd", "place") as client:
            while not end.is_set():
                client.publish("pl.forbidden", b"x" * 1000)
                client.flush()

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


FAULTS = {
    "a place killed": lambda fleet: killed(fleet.agents["syd"]),
    "a place hangs": lambda fleet: hanging(fleet.agents["syd"]),
    "a place's prober silent": lambda fleet: saying(fleet.probers["syd"], "silent"),
    "a place lies": lambda fleet: saying(fleet.probers["syd"], "say", b"\xff" * 64),
    "a place floods": flooding,
    "an engine of two killed": lambda fleet: killed(fleet.engines[0]),
    "an engine of two hangs": lambda fleet: hanging(fleet.engines[0]),
}


def ask(frontend):
    """How long each answer of the honest places takes, in milliseconds."""
    told = []
    for _ in range(ASKED):
        began = time.monotonic()
        answer = frontend.check(OTHER_TARGET, 443, **HONEST)
        told.append((time.monotonic() - began) * 1e3)
        assert answer.status == 200, answer.text
        assert {place["status"] for place in answer.json["places"]} == {"answered"}, answer.text
        time.sleep(PAUSE_S)
    return told


def everybody_else(frontend, end):
    """Another client, which asks all places and so waits for the faulty one."""
    while not end.wait(PAUSE_S):
        frontend.check(OTHER_TARGET, 80, **{"from": "all"})


def beside(fault):
    """(before, during), each a list of milliseconds, in a fleet of its own."""
    with Fleet(engines=2) as fleet, Frontend(fleet=fleet.fleet_section()) as frontend:
        wait_until(lambda: frontend.get("/api/v1/places").text.count('"up"') == 3, "the places")
        end = threading.Event()
        other = threading.Thread(target=everybody_else, args=(frontend, end))
        other.start()
        try:
            before = ask(frontend)
            with fault(fleet):
                during = ask(frontend)
        finally:
            end.set()
            other.join()
    return before, during


def faults(rounds):
    """What a fault in one member of a fleet costs requests to the others."""
    figures = []
    for name, fault in FAULTS.items():
        told = [beside(fault) for _ in range(rounds)]
        before, during = (statistics.median(sum((one[i] for one in told), [])) for i in (0, 1))
        worst = max(max(one[1]) for one in told)
        work = f"fleet: {name}"
        figures += [
            Figure(work, "median ms of the others", during, floor=before, ratio=before / during,
                   target=f"{WORST_RATIO}", met=before / during >= WORST_RATIO),
            Figure(work, "latest, ms", worst, target=f"{DEADLINE_MS}", met=worst < DEADLINE_MS),
        ]  # fmt: skip
    return figures

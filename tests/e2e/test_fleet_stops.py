# SPDX-License-Identifier: BSD-2-Clause
"""A program that is told to stop answers every question under way (200 in the long form)."""
import os
import signal

import pytest
import wire
from fleet import ENGINE, Client, Fleet
from service import wait_until

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")

ROUNDS, UNDER_WAY = (50, 200) if os.environ.get("PORTLIGHT_SOAK") else (3, 40)


SLOW, QUICK = 22, 443


@pytest.fixture(scope="module")
def fleet():
    with Fleet(places=("iad",), serve={"jobs": 256}) as fleet:
        fleet.probers["iad"].pauses_s = {SLOW: 3}
        yield fleet


def refusals(answers):
    return {wire.REFUSALS[data[5]] for data in answers if data[0] == wire.REFUSED}


@pytest.mark.parametrize("who", ("place", "asker"))
def test_none_is_lost(fleet, who):
    daemon = fleet.agents["iad"] if who == "place" else fleet.asker
    prober = fleet.probers["iad"]
    for _ in range(ROUNDS):
        prober.forget()
        with Client(fleet.socket("iad")) as client:
            for job in range(UNDER_WAY):
                client.socket.send(wire.check(job, f"198.18.{job // 250}.{1 + job % 250}", [SLOW]))
            wait_until(lambda: len(prober.asked) == UNDER_WAY, "they are not under way")
            daemon.process.send_signal(signal.SIGTERM)
            answers = [client.socket.recv(4096) for _ in range(UNDER_WAY)]
        assert [data for data in answers if data[0] != wire.RESULT] == []
        assert daemon.process.wait(60) == 0
        daemon.process = None
        daemon.path.unlink()
        daemon.start()
        daemon.wait_for("connected to")
        wait_until(lambda: is_up(fleet), "the place does not come back")


def is_up(fleet):
    try:
        with Client(fleet.socket("iad")) as client:
            messages, _ = client.ask(1, "198.18.9.9", [QUICK])
    except OSError:  # the asker's sockets are not there again
        return False
    return messages[-1][0] == wire.RESULT


def test_nothing_new_is_taken(fleet):
    """While a place finishes, new questions are told that it is down; while the asker finishes, that it is busy."""
    for daemon, word in ((fleet.agents["iad"], "place-down"), (fleet.asker, "busy")):
        fleet.probers["iad"].forget()
        with Client(fleet.socket("iad")) as client, Client(fleet.socket("iad")) as late:
            client.socket.send(wire.check(1, "198.18.0.1", [SLOW]))
            wait_until(lambda: fleet.probers["iad"].asked, "it is not under way")
            daemon.process.send_signal(signal.SIGTERM)
            wait_until(lambda: refusals(late.ask(7, "198.18.0.2", [QUICK])[0]) == {word}, "it is taken")
            assert client.socket.recv(4096)[0] == wire.RESULT
        assert daemon.process.wait(60) == 0
        daemon.process = None
        daemon.start()
        wait_until(lambda: is_up(fleet), "the place does not come back")


def test_a_second_signal_does_not_wait(fleet):
    agent, prober = fleet.agents["iad"], fleet.probers["iad"]
    prober.forget()
    prober.mode = "silent"
    try:
        with Client(fleet.socket("iad")) as client:
            client.socket.send(wire.check(1, "198.18.0.1", [SLOW]))
            wait_until(lambda: prober.asked, "it is not under way")
            for _ in range(2):
                agent.process.send_signal(signal.SIGTERM)
            assert agent.process.wait(60) == 0
            assert refusals([client.socket.recv(4096)]) <= {"place-down", "place-silent"}
    finally:
        prober.mode = "answer"
    agent.process = None
    agent.start()
    wait_until(lambda: is_up(fleet), "the place does not come back")

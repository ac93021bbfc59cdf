# SPDX-License-Identifier: BSD-2-Clause
"""A fleet with something wrong in it: clocks, logs, versions, certificates, beacons.  Meanwhile
somebody asks the honest places all the time, and has each answer before its deadline."""
import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
import wire
from fake_prober import CLOSED, DROPPED
from fleet import ENGINE, Fleet
from frontend import OTHER_TARGET, TARGET, Frontend
from honest import DEADLINE_S, honest
from nats_client import NatsClient
from service import ROOT, wait_until
from test_fleet import AT_ONCE_S, all_up, fleet_and_frontend, states, statuses, timed, wait_state

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")

DAY_S = 86400


def answers(frontend):
    answer = frontend.check(TARGET, 443, **{"from": "all"})
    return answer.status == 200 and set(statuses(answer).values()) == {"answered"}


# --- clocks -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shifted(tmp_path_factory):
    """shifted(seconds): the environment of a process whose clock is so far off."""
    library = tmp_path_factory.mktemp("clock") / "shifted_clock.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, ROOT / "tests/lab/shifted_clock.c"],
                   check=True)  # fmt: skip
    return lambda seconds: ["env", f"LD_PRELOAD={library}", f"CLOCK_SHIFT_S={seconds}"]


def test_a_clock_a_day_ahead(shifted):
    """A place's idea of the time is never used."""
    with fleet_and_frontend() as (fleet, frontend):
        agent = fleet.agents["iad"]
        with honest(frontend, "fra", "syd"):
            agent.stop()
            agent.command = (*shifted(DAY_S), *agent.command)
            agent.start()
            wait_until(lambda: answers(frontend), "iad does not answer", 15)
            answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
        assert set(statuses(answer).values()) == {"answered"} and took < DEADLINE_S
        assert answer.json["started"][:10] == time.strftime("%Y-%m-%d", time.gmtime())


def test_a_clock_a_day_behind_a_new_certificate(shifted):
    """It says so, again and again, and is back with the right time."""
    with fleet_and_frontend() as (fleet, frontend):
        agent = fleet.agents["iad"]
        right = agent.command
        with honest(frontend, "fra", "syd"):
            agent.stop()
            agent.command = (*shifted(-DAY_S), *right)
            agent.start()
            agent.wait_for("is not valid yet, by this machine's clock")
            agent.wait_for("certificate is not yet valid; trying on")
            answer = frontend.check(TARGET, 443, **{"from": "all"})
            assert statuses(answer) == {"fra": "answered", "iad": "down", "syd": "answered"}
            agent.stop()
            agent.command = right
            agent.start()
            wait_state(frontend, "iad", "up")


# --- logs ---------------------------------------------------------------------------------------


def test_full_logs():
    """Nobody can write to the log any more, and nothing else changes."""
    with fleet_and_frontend() as (fleet, frontend):
        everybody = [*fleet.engines, *fleet.agents.values(), *fleet.askers.values()]
        with honest(frontend, "fra"):
            for agent in (fleet.agents["iad"], fleet.agents["syd"]):
                agent.stop()
                with open("/dev/full", "w") as full:
                    agent.process = subprocess.Popen(agent.command, stdout=full, stderr=full)
            wait_until(lambda: answers(frontend), "not all are back", 15)
        for daemon in (fleet.engines[0], fleet.asker):
            daemon.stop()
            with open("/dev/full", "w") as full:
                daemon.process = subprocess.Popen(daemon.command, stdout=full, stderr=full)
            wait_until(lambda: answers(frontend), "not all are back", 20)
        with honest(frontend, "fra", "iad", "syd"), NatsClient(fleet, "syd", "place") as noisy:
            for _ in range(2000):  # each a line for the engine's log
                noisy.publish("pl.forbidden", b"x")
            noisy.flush()
        assert all(daemon.process.poll() is None for daemon in everybody)


# --- versions -------------------------------------------------------------------------------------


def answer_as(client, verdict, extra=b""):
    """Answers pings and checks as a place of our version does, whose words may be newer."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        message = client.wait_message(0.2)
        if message is None:
            continue
        _, reply, payload = message
        question = payload[2 : 2 + int.from_bytes(payload[:2], "big")]
        if question[0] == wire.PING:
            said = wire.encode(wire.PONG, int.from_bytes(question[1:9], "big"), 0, 0, 0, 0) + extra
        else:
            said = verdict.encode(0, 443) + extra
        client.publish(reply, len(said).to_bytes(2, "big") + said)
        if question[0] == wire.CHECK:
            client.flush()
            return


def test_older_and_newer_versions_in_one_fleet():
    """Places with another protocol are reported at once; the others answer as usual."""
    with fleet_and_frontend() as (fleet, frontend):
        with honest(frontend, "fra"):
            for name in ("iad", "syd"):
                fleet.agents[name].stop()
            with NatsClient(fleet, "iad", "place") as older, NatsClient(fleet, "syd", "place") as newer:
                older.subscribe(f"pl.{wire.VERSION - 1}.ask.iad.*")
                newer.subscribe(f"pl.{wire.VERSION + 1}.ask.syd.*")

                def are_others():
                    older.read(0.1), newer.read(0.1)  # and they answer the engine's pings
                    now = states(frontend)
                    return now["iad"] == now["syd"] == "other-version"

                wait_until(are_others, "they are not of another version", 20)
                answer, took = timed(lambda: frontend.check(TARGET, 443, **{"from": "all"}))
                assert statuses(answer) == {
                    "fra": "answered", "iad": "other-version", "syd": "other-version"}  # fmt: skip
                assert took < AT_ONCE_S


def test_newer_words_are_no_lie():
    """Evidence, a reason and bytes at the end that only the next release knows."""
    newer_words = wire.Verdict(
        "open", len(wire.REASONS) + 40, "accept", "path", "likely", evidence=1 << 63 | 1 << 9,
        rtt_ns=23_000_000, sent=1)  # fmt: skip
    with fleet_and_frontend() as (fleet, frontend):
        fleet.agents["syd"].stop()
        wait_state(frontend, "syd", "down")
        with honest(frontend, "fra", "iad"), NatsClient(fleet, "syd", "place") as newer:
            newer.subscribe(f"pl.{wire.VERSION}.ask.syd.*")

            def is_up():
                while (message := newer.wait_message(0.2)) is not None:
                    said = wire.encode(wire.PONG, int.from_bytes(message[2][3:11], "big"), 0, 0, 0, 0)
                    said += b"newer"
                    newer.publish(message[1], len(said).to_bytes(2, "big") + said)
                    newer.flush()
                return states(frontend)["syd"] == "up"

            wait_until(is_up, "syd is not up", 20)
            answers = []
            asking = threading.Thread(
                target=lambda: answers.append(frontend.check(TARGET, 443, **{"from": "all"})))
            asking.start()
            answer_as(newer, newer_words, b"and more")
            asking.join()
        [answer] = answers
        assert set(statuses(answer).values()) == {"answered"}
        port = answer.json["places"][2]["addresses"][0]["ports"][0]
        assert (port["state"], port["reason"]) == ("open", "other")
        assert port["evidence"] == ["retransmitted"] or "retransmitted" in str(port["evidence"])
        assert not answer.json["places"][2]["suspect"]


# --- certificates -----------------------------------------------------------------------------------


def test_a_revoked_engine():
    """SIGHUP reads the list of revoked certificates: an engine that is on it is left."""
    with Fleet(engines=2, start=False) as fleet:
        lists = str(fleet.authority.revoke())
        for daemon in [*fleet.agents.values(), fleet.asker]:
            config = daemon.command[-1]
            config.write_text(config.read_text().replace(
                "authority =", f'revoked = {{"{lists}"}}\nauthority =', 1))
        stolen = fleet.authority.enrol("stolen", "engine")
        text = fleet.engines[1].config.read_text()
        mine = fleet.authority.files("hub", "engine")
        for key in ("certificate", "key"):
            text = text.replace(mine[key], stolen[key])
        fleet.engines[1].config.write_text(text)
        fleet.start()
        for daemon in [*fleet.agents.values(), fleet.asker]:
            wait_until(lambda: daemon.log.count("connected to 127") == 2, "not by both engines")
        fleet.authority.revoke("stolen.engine")
        for daemon in [*fleet.agents.values(), fleet.asker]:
            daemon.process.send_signal(signal.SIGHUP)
            daemon.wait_for("certificates are read anew")
            daemon.wait_for("certificate revoked; trying on")
            wait_until(lambda: daemon.log.count("connected to 127") >= 3, "the other is gone, too")


def test_a_renewed_certificate():
    """SIGHUP takes it; a broken one changes nothing."""
    with fleet_and_frontend() as (fleet, frontend):
        agent = fleet.agents["iad"]
        path = fleet.directory / "iad.place.crt"
        was = path.read_text()
        with honest(frontend, "fra", "syd"):
            path.write_text("no certificate\n")
            agent.process.send_signal(signal.SIGHUP)
            agent.wait_for("certificates stay as they were")
            assert statuses(frontend.check(TARGET, 443, **{"from": "all"}))["iad"] == "answered"
            for old in fleet.directory.glob("iad.place.*"):
                old.unlink()
            fleet.authority.enrol("iad", "place")
            assert path.read_text() != was
            agent.process.send_signal(signal.SIGHUP)
            agent.wait_for("certificates are read anew")
            wait_until(lambda: agent.log.count("connected to 127") == 2, "it does not come back")
            wait_state(frontend, "iad", "up")


# --- beacons ----------------------------------------------------------------------------------------

ROUND_S = 90  # the first begins three seconds after the start, each minute another


def test_a_place_that_misses_a_beacon():
    beacons = [f"{TARGET}:22 closed", f"{TARGET}:443 open"]
    with Fleet(start=False, fleet={"beacons": beacons}) as fleet:
        for prober in fleet.probers.values():
            prober.verdicts[(TARGET, 22)] = CLOSED
        fleet.probers["syd"].verdicts[(TARGET, 443)] = DROPPED
        fleet.start()
        with frontend_of(fleet) as frontend:
            with honest(frontend, "fra", "iad"):
                wait_until(lambda: states(frontend)["syd"] == "suspect", "nobody noticed", ROUND_S)
            assert states(frontend) == {"fra": "up", "iad": "up", "syd": "suspect"}
            assert "place syd does not find port 443 of the beacon" in fleet.asker.log
            fleet.probers["syd"].verdicts[(OTHER_TARGET, 443)] = DROPPED
            answer = frontend.check(OTHER_TARGET, 443, **{"from": "all"})
            assert answer.json["comparison"][0]["because"] == "place-suspect"
            text = frontend.get("/metrics").text
            assert 'portlight_place_beacon_wrong_total{place="syd"} 1\n' in text
            assert 'portlight_place_beacon_wrong_total{place="fra"} 0\n' in text
            assert f'portlight_fleet_engine_up{{engine="{fleet.listens[0]}"}} 1\n' in text
            fleet.engines[0].stop(signal.SIGKILL)
            down = f'portlight_fleet_engine_up{{engine="{fleet.listens[0]}"}} 0\n'
            wait_until(lambda: down in frontend.get("/metrics").text, "it is still up", 15)


def test_a_beacon_that_is_off_makes_nobody_suspect():
    with Fleet(start=False, fleet={"beacons": [f"{TARGET}:443 closed"]}) as fleet:
        fleet.probers["fra"].verdicts[(TARGET, 443)] = CLOSED
        fleet.start()
        fleet_says = "the beacon number 1 of fleet.beacons is not what it should be"
        wait_until(lambda: fleet_says in fleet.asker.log, "nobody noticed", ROUND_S)
        with frontend_of(fleet) as frontend:
            assert all_up(frontend)


@contextmanager
def frontend_of(fleet):
    with Frontend(fleet=fleet.fleet_section()) as frontend:
        wait_until(lambda: "down" not in states(frontend).values(), "not all places are up")
        yield frontend

# SPDX-License-Identifier: BSD-2-Clause
"""The engine's permissions, from the file that portlight-fleet makes: who may send and receive what."""
import os
import socket
import ssl
import subprocess
import threading
import time

import pytest
import wire
from fleet import ENGINE, FLEET, Client, Fleet
from frontend import TARGET
from nats_client import NatsClient
from simulated_places import SimulatedPlaces
from service import wait_until

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")

V = wire.VERSION


@pytest.fixture(scope="module")
def fleet():
    with Fleet(frontends=("f1", "f2")) as fleet:
        yield fleet


def violation(client):
    client.flush()
    return any("Permissions Violation" in error for error in client.errors)


@pytest.mark.parametrize("subject", [
    ">", "pl.>", "pl.*", "$SYS.>", f"pl.{V}.ask.fra.*", f"pl.{V}.ask.*.f1", f"pl.{V}.tell.f1.>",
    f"pl.{V}.charge.*", f"pl.{V}.charge.f1", f"pl.{V}.keep.f1.*", f"pl.{V}.keep.>", "_INBOX.>",
])  # fmt: skip
def test_a_place_hears_nothing_but_questions_to_itself(fleet, subject):
    with NatsClient(fleet, "iad", "place") as place:
        place.subscribe(subject)
        assert violation(place)


@pytest.mark.parametrize("subject", [
    f"pl.{V}.tell.f1.iad.{'0' * 40}", f"pl.{V}.tell.f1.fra.{'0' * 40}", f"pl.{V}.ask.fra.f1",
    f"pl.{V}.charge.f1", f"pl.{V}.keep.f1.iad", f"pl.{V}.keep.f1.f2", "$SYS.REQ.SERVER.PING", "x",
])  # fmt: skip
def test_a_place_says_nothing_unasked(fleet, subject):
    with NatsClient(fleet, "iad", "place") as place:
        place.publish(subject, b"x")
        assert violation(place)


@pytest.mark.parametrize("subject", [f"pl.{V}.tell.f2.>", f"pl.{V}.ask.>", f"pl.{V}.keep.f2.*", ">", "$SYS.>"])
def test_a_frontend_does_not_hear_what_is_for_others(fleet, subject):
    with NatsClient(fleet, "f1", "frontend") as frontend:
        frontend.subscribe(subject)
        assert violation(frontend)


@pytest.mark.parametrize("subject", [
    f"pl.{V}.ask.fra.f2", f"pl.{V}.charge.f2", f"pl.{V}.keep.f1.f2", f"pl.{V}.tell.f2.fra.{'0' * 40}", "x"])  # fmt: skip
def test_a_frontend_speaks_in_its_own_name_only(fleet, subject):
    with NatsClient(fleet, "f1", "frontend") as frontend:
        frontend.publish(subject, b"x")
        assert violation(frontend)


def test_one_answer_a_question():
    with Fleet(places=("fra",), start=False) as fleet:
        fleet.engines[0].start()
        wait_until(lambda: "Server is ready" in fleet.engines[0].log, "no engine")
        with NatsClient(fleet, "fra", "place") as place, NatsClient(fleet, "f1", "frontend") as asker:
            place.subscribe(f"pl.{V}.ask.fra.*")
            asker.subscribe(f"pl.{V}.tell.f1.>")
            reply = f"pl.{V}.tell.f1.fra.{'a' * 40}"
            asker.publish(f"pl.{V}.ask.fra.f1", b"q", reply)
            assert place.wait_message() == (f"pl.{V}.ask.fra.f1", reply, b"q")
            for _ in range(3):
                place.publish(reply, b"answer")
            place.publish(reply[:-1] + "b", b"another's")
            assert violation(place)
            assert asker.wait_message() == (reply, "", b"answer")
            assert asker.wait_message(1) is None


def test_no_certificate_no_conversation(fleet):
    files = fleet.authority.files("fra", "place")
    address, port = fleet.listens[0].split(":")
    with socket.create_connection((address, int(port)), 10) as plain:
        plain.recv(4096)
        context = ssl.create_default_context(cafile=files["authority"])
        context.check_hostname = False
        with pytest.raises((ssl.SSLError, ConnectionError)):
            with context.wrap_socket(plain) as wrapped:
                wrapped.sendall(b"CONNECT {}\r\nPING\r\n")
                assert b"PONG" in wrapped.recv(4096)


def test_a_place_is_no_engine():
    """The authority signed a place's certificate, too, but that makes no engine that we accept."""
    with Fleet(places=("fra",), start=False) as fleet:
        config = fleet.engines[0].config
        text = config.read_text()
        for suffix in ("crt", "key"):
            text = text.replace(f"hub.engine.{suffix}", f"fra.place.{suffix}")
        config.write_text(text)
        fleet.asker.start()
        fleet.asker.wait_for("Connection refused; trying on")
        fleet.engines[0].start()  # another complaint of the same outage is told, too
        fleet.asker.wait_for("unsuitable certificate purpose; trying on")
        assert "connected to" not in fleet.asker.log


def test_an_engine_that_always_hangs_up_is_called_ever_later():
    """It accepts us each time; ten times a second would mean as many handshakes, with two log lines each."""
    with Fleet(places=("fra",), start=False) as fleet:
        files = fleet.authority.files("hub", "engine")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files["certificate"], files["key"])
        address, port = fleet.listens[0].split(":")
        calls = []
        with socket.create_server((address, int(port))) as server:
            fleet.asker.start()
            while len(calls) < 6:
                plain, _ = server.accept()
                calls.append(time.monotonic())
                plain.sendall(b"INFO {}\r\n")
                with context.wrap_socket(plain, server_side=True) as engine:
                    said = b""
                    while b"PING" not in said:
                        said += engine.recv(4096)
                    engine.sendall(b"PONG\r\n")
        assert calls[-1] - calls[-2] > 1.5


def test_a_certificate_of_another_name_is_refused(fleet):
    section = {**fleet.fleet_section("f1"), **fleet.authority.files("f2", "frontend")}
    from service import config_text

    path = fleet.directory / "wrong.conf"
    path.write_text(config_text({"fleet": section}))
    done = subprocess.run([FLEET, "-c", path], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 1 and "is not for the DNS name f1.frontend" in done.stderr


def test_a_flood_by_a_place_leaves_the_others_alone(fleet):
    """290,000 forbidden messages a second were seen; what counts here is that all are answered."""
    stop = threading.Event()

    def flood():
        while not stop.is_set():
            try:
                with NatsClient(fleet, "iad", "place") as hostile:
                    line = f"PUB pl.{V}.tell.f1.fra.{'0' * 40} 1\r\nx\r\n".encode() * 500
                    while not stop.is_set():
                        hostile.send(line)
                        hostile.read(0.0001)
            except (OSError, AssertionError):
                time.sleep(0.05)

    thread = threading.Thread(target=flood, daemon=True)
    with Client(fleet.socket("fra")) as client:
        thread.start()
        try:
            for job in range(50):
                messages, took = client.ask(job, TARGET, [443])
                assert messages[0][0] == wire.RESULT and took < 5
        finally:
            stop.set()
            thread.join(10)


def test_an_answer_that_was_not_asked_for_reaches_nobody(fleet):
    """A place that answers with another's token, or makes one up, is heard by nobody: the engine
    drops it; here the frontend's own doing is asked, with an engine that lets all pass."""
    with Fleet(places=("fra", "iad"), start=False) as open_fleet:
        config = open_fleet.engines[0].config
        text = config.read_text().replace('publish: {deny: ">"}', 'publish: ">"')
        config.write_text(text)
        open_fleet.start()
        open_fleet.probers["fra"].mode = "silent"
        with Client(open_fleet.socket("fra")) as client, NatsClient(open_fleet, "iad", "place") as liar:
            for _ in range(100):
                liar.publish(f"pl.{V}.tell.f1.fra.{'0' * 40}", b"\0\5x")
                liar.publish(f"pl.{V}.tell.f1.iad.{'0' * 40}", b"junk")
            liar.flush()
            messages, _ = client.ask(1, TARGET, [443])
            assert messages[-1][0] == wire.REFUSED
        assert "can't be true" not in open_fleet.asker.log


MANY, MANY_S = 1000, 30  # a fraction of a second where nothing else runs


def test_a_thousand_places_answer_one_question():
    """Each by mutual TLS, in its own name; meanwhile a real place is asked as ever."""

    def answer(payload):
        said = wire.Verdict("filtered", "no-response", "drop", sent=1).encode(0, 443)
        assert payload[2] == wire.CHECK
        return len(said).to_bytes(2, "big") + said

    question = wire.check(0, TARGET, [443])
    question = len(question).to_bytes(2, "big") + question
    with Fleet(places=("fra",), start=False) as fleet, \
            SimulatedPlaces(fleet, MANY, V, answer) as places:  # fmt: skip
        fleet.start()
        places.start()
        with NatsClient(fleet, "f1", "frontend") as asker, Client(fleet.socket("fra")) as real:
            asker.subscribe(f"pl.{V}.tell.f1.>")
            began = time.monotonic()
            for number, name in enumerate(places.names):
                asker.publish(f"pl.{V}.ask.{name}.f1", question,
                              f"pl.{V}.tell.f1.{name}.{number:08x}{'0' * 32}")  # fmt: skip
            told = set()  # (the real place's pongs come to the same frontend)
            while not told >= set(places.names):
                assert time.monotonic() - began < MANY_S, f"{len(told)} have answered"
                asker.read(1)
                told |= {subject.split(".")[4] for subject, _, _ in asker.messages}
            took = time.monotonic() - began
            print(f"{MANY} places answered within {took:.3f} s")
            assert told <= {*places.names, "fra"} and places.failures == []
            messages, took = real.ask(1, TARGET, [443])
            assert messages[-1][0] == wire.RESULT and took < 5

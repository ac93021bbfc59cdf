# SPDX-License-Identifier: BSD-2-Clause
"""Whatever targets and clients say and whatever happens to it, portlight-inspector's own sandboxes
never kill it, nor a child of it."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import inspect_wire as wire
import pytest

import memory_limit
import odd_configs
from sandboxed import death_of, unharmed, without_vdso
from service import BUILD, wait_until
from test_inspector import MALFORMED
from test_tls import authority as authority  # a fixture
from test_tls import inspected_by, silent
from tls_servers import Script, TlsServer

BETWEEN_S, A_WHILE_S, STOP_S = 0.1, 1, 30
CLIENTS_MAX, WORKERS = 8, 96
RELOADED, KILLED = "[reload]: ", "ended by signal"
FORMS = ("/api/v1/tls", "/tls/en", "/tls/de")
EXTRA = [f"extra{i}" for i in range(12)]  # INSPECTION_CHAIN_MAX is 10


@pytest.fixture(scope="module")
def server(authority):
    authority.issue("plain")
    with TlsServer(authority, "plain") as server:
        yield server


@pytest.fixture
def inspected(authority):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(authority, pathlib.Path(directory)) as inspected:
            yield inspected


@contextlib.contextmanager
def whole(inspected, server):
    def answers():
        wait_until(lambda: inspected.get(server.port).status == 200, "the inspector")
        return inspected.ask(server.port)["state"] == "trusted"

    with unharmed(inspected.process, answers, lambda: inspected.log):
        yield
    assert KILLED not in inspected.log


def reload(inspected):
    before = inspected.log.count(RELOADED)
    inspected.process.send_signal(signal.SIGHUP)
    wait_until(
        lambda: inspected.log.count(RELOADED) > before or inspected.process.poll() is not None,
        "SIGHUP is not heard",
    )


def restart(inspected, number=signal.SIGKILL, *wrapper):
    inspected.process.send_signal(number)
    inspected.process.wait(STOP_S)
    before = inspected.log.count("ready on")
    with open(inspected.frontend.directory / "inspector.log", "ab") as log:
        inspected.process = subprocess.Popen(
            [*wrapper, BUILD / "portlight-inspector", "-c", inspected.frontend.config], stderr=log)  # fmt: skip
    wait_until(lambda: inspected.log.count("ready on") > before, "the inspector", 20)


# --- what targets say ------------------------------------------------------------------------


@pytest.mark.parametrize("names, fits", [(12, True), (100, False)])  # INSPECT_CHAIN_MAX_LEN
def test_the_longest_chain_in_every_form(inspected, server, authority, names, fits):
    long_names = ",".join(f"DNS:{'a' * 60}.{'b' * 60}.{'c' * 60}.n{i}.net" for i in range(names))
    subject = "/O=" + "o" * 64 + "/CN=" + "n" * 64
    for name in EXTRA:
        authority.issue(name, subject=subject, names=long_names, issuer=None)
    authority.issue("longest", subject=subject, names="DNS:www.tls-lab.net," + long_names)
    with whole(inspected, server), TlsServer(authority, "longest", ("middle", *EXTRA)) as longest:
        assert inspected.ask(longest.port, survey="true")["certificate"]["matches"]
        for path in FORMS:
            for accept in ("application/json", "text/plain", "text/event-stream"):
                answer = inspected.frontend.get(
                    f"{path}?host=www.tls-lab.net&port={longest.port}&survey=true", {"Accept": accept})  # fmt: skip
                assert answer.status == 200
        with wire.Client(inspected.socket) as client:
            client.socket.send(wire.ask(1, "127.0.0.1", longest.port, chain=1, survey=1, text=1))
            said = [client.receive()]
            if said[0][0] == wire.CHAIN:
                said.append(client.receive())
        assert [each[0] for each in said] == [wire.CHAIN, wire.ANSWER][not fits :]


def says(data, times=1):
    def act(_, connection):
        for _ in range(times):
            connection.sendall(data)
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                pass

    return act


STRANGE = {
    "nothing": silent,
    "a flood": says(os.urandom(65536), 100),
    "text without end": says(b"220-" + b"x" * 65000 + b"\r\n", 30),
    "HTTP without end": says(b"HTTP/1.1 301 Moved\r\nLocation: https://" + b"x" * 60000 + b"/\r\n", 30),
    "a hello without end": says(b"\x16\x03\x03\x40\x00\x02\x00\xff\xff" + bytes(16379), 60),
    "an alert": says(bytes.fromhex("15030300020228")),
    "a record of nonsense": says(b"\x16\x03\x03\x40\x00" + os.urandom(16384)),
    "zeros": says(bytes(100_000)),
}
KINDS = ({}, {"service": "true"}, {"survey": "true"}, {"starttls": "smtp"}, {"starttls": "mysql"},
         {"starttls": "ldap"}, {"starttls": "rdp"}, {"starttls": "postgres"})  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_service(inspected, server, name):
    with whole(inspected, server), contextlib.ExitStack() as stack:
        ports = [stack.enter_context(Script(STRANGE[name])).port for _ in KINDS]
        with ThreadPoolExecutor(len(KINDS)) as pool:
            answers = list(pool.map(lambda case: inspected.get(case[0], **case[1]), zip(ports, KINDS)))
        assert [(answer.status, str(answer.text)[:300]) for answer in answers if answer.status not in (200, 429, 503)] == []


# --- what clients say ------------------------------------------------------------------------


def test_many_clients_and_what_they_should_not_say(inspected, server):
    with whole(inspected, server):
        for _ in range(3):
            held = []
            for _ in range(CLIENTS_MAX * 3):
                held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
                held[-1].connect(str(inspected.socket))
            time.sleep(BETWEEN_S)
            for sock in held:
                sock.close()
            time.sleep(BETWEEN_S)
        for message in MALFORMED.values():
            with contextlib.suppress(OSError), wire.Client(inspected.socket) as client:
                client.is_dropped_for(message)


def test_all_workers_and_clients_that_leave(inspected, server):
    """Targets that say nothing; whoever asked is gone before they are given up."""
    with whole(inspected, server), contextlib.ExitStack() as stack:
        ports = [stack.enter_context(Script(silent)).port for _ in range(WORKERS + 4)]
        for _ in range(2):
            with wire.Client(inspected.socket) as client:
                for job, port in enumerate(ports):
                    client.socket.send(wire.ask(job, "127.0.0.1", port))
                assert wire.struct.unpack(">BIBI", client.receive())[2] == wire.BUSY
            time.sleep(4)


# --- what happens to it ------------------------------------------------------------------------


def test_every_configuration(inspected, server):
    config = inspected.frontend.config
    good = config.read_bytes()
    with whole(inspected, server):
        for name in odd_configs.NAMES:
            taken = odd_configs.put(config, name)
            before = inspected.log.count("nothing was changed")
            reload(inspected)
            assert inspected.process.poll() is None, f"{name}: {death_of(inspected.process)}"
            assert (inspected.log.count("nothing was changed") == before) == taken, name
        odd_configs.remove(config)
        config.write_bytes(good)
        reload(inspected)


def test_signals_by_the_hundred(inspected, server):
    with whole(inspected, server), Script(silent) as slow, wire.Client(inspected.socket) as client:
        client.socket.send(wire.ask(1, "127.0.0.1", slow.port))
        for _ in range(300):
            inspected.process.send_signal(signal.SIGHUP)
            time.sleep(0.002)
        for number in (signal.SIGPIPE, signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH, signal.SIGCHLD):
            inspected.process.send_signal(number)
            time.sleep(BETWEEN_S)
        assert client.receive()[0] == wire.ANSWER


def test_no_descriptor_left(inspected, server):
    taken = len(os.listdir(f"/proc/{inspected.process.pid}/fd"))
    with whole(inspected, server):
        for spare in (1, 2, 3):
            memory_limit.set_limit(inspected.process, f"--nofile={taken + spare}:")
            for _ in range(3):
                inspected.get(server.port)
            with contextlib.suppress(OSError), wire.Client(inspected.socket):
                pass
            reload(inspected)
        memory_limit.set_limit(inspected.process, "--nofile=1024:")


@pytest.mark.parametrize("kind", memory_limit.KINDS)
@pytest.mark.parametrize("spare", (0, 64 << 10, 512 << 10))
def test_refused_memory(inspected, server, kind, spare):
    """It and its children, which inherit the limit."""
    with whole(inspected, server):
        memory_limit.refuse(inspected.process, kind, spare)
        for _ in range(10):
            assert inspected.get(server.port).status in (200, 503)
        memory_limit.allow(inspected.process, kind)


@pytest.mark.parametrize("kind", memory_limit.KINDS)
def test_refused_memory_at_sighup(inspected, kind):
    """config.c gives up then, on purpose: a restart is the answer."""
    config = inspected.frontend.config
    good = config.read_bytes()
    odd_configs.put(config, "40,000 prefixes")
    memory_limit.refuse(inspected.process, kind, 0)
    for _ in range(5):
        if inspected.process.poll() is None:
            inspected.process.send_signal(signal.SIGHUP)
            time.sleep(BETWEEN_S)
    assert death_of(inspected.process, A_WHILE_S) in (None, "killed by SIGABRT", "status 1")
    config.write_bytes(good)
    restart(inspected)


@pytest.mark.parametrize("harm", ("closed", "full"))
def test_nobody_reads_its_log(inspected, server, harm):
    inspected.process.kill()
    inspected.process.wait()
    ours, theirs = os.pipe() if harm == "closed" else (None, os.open("/dev/full", os.O_WRONLY))
    inspected.process = subprocess.Popen(
        [BUILD / "portlight-inspector", "-c", inspected.frontend.config], stderr=theirs)  # fmt: skip
    os.close(theirs)
    wait_until(lambda: inspected.get(server.port).status == 200, "the inspector")
    if ours is not None:
        os.close(ours)
    with whole(inspected, server):
        for message in list(MALFORMED.values()) * 3:
            with wire.Client(inspected.socket) as client:
                client.is_dropped_for(message)
        for _ in range(20):
            inspected.process.send_signal(signal.SIGHUP)
            time.sleep(BETWEEN_S / 10)


def test_after_a_restart(inspected, server):
    """Its file of limits is there already: what the first start does, this one does not."""
    for number in (signal.SIGKILL, signal.SIGTERM):
        restart(inspected, number)
        wait_until(lambda: inspected.get(server.port).status == 200, "the inspector")
        with whole(inspected, server):
            assert inspected.ask(server.port, survey="true")["state"] == "trusted"
    assert "go on as they were left" in inspected.log


def test_each_look_at_a_clock_is_a_system_call(inspected, server, tmp_path):
    restart(inspected, signal.SIGTERM, without_vdso(tmp_path))
    wait_until(lambda: inspected.get(server.port).status == 200, "the inspector")
    with whole(inspected, server), Script(silent) as slow:
        for port in (server.port, slow.port):
            for parameters in ({}, {"survey": "true"}, {"service": "true"}):
                assert inspected.get(port, **parameters).status == 200
        reload(inspected)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_under_work(inspected, number):
    with Script(silent) as slow, wire.Client(inspected.socket) as client:
        client.socket.send(wire.ask(1, "127.0.0.1", slow.port))
        time.sleep(BETWEEN_S)
        for told in (number, signal.SIGHUP, number):
            inspected.process.send_signal(told)
            time.sleep(BETWEEN_S)
        assert client.receive()[0] == wire.ANSWER
        assert death_of(inspected.process, STOP_S) == "status 0"
    restart(inspected)

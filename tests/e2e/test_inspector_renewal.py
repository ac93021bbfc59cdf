# SPDX-License-Identifier: BSD-2-Clause
"""A worker that crashes: the parent serves on, and under a manager starts anew."""
import contextlib
import os
import pathlib
import signal
import struct
import subprocess
import tempfile

import inspect_wire as wire
import pytest

from manager import Manager
from service import BUILD, config_text, wait_until
from test_tls import authority as authority  # a fixture
from test_tls import silent
from tls_servers import Script


@contextlib.contextmanager
def inspector(authority, manager=None):
    """(process, socket, log) of one that lets loopback be asked."""
    with tempfile.TemporaryDirectory(prefix="portlight-inspector-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        path, log, config = directory / "i" / "inspector.sock", directory / "log", directory / "portlight.conf"
        config.write_text(config_text({
            "policy": {"any-port": True, "allow": ["127.0.0.0/8"]},
            "inspector": {"socket": str(path), "roots": str(authority.directory / "root.pem"), "target-quota": 0}}))  # fmt: skip
        wrapper = manager.wrapper if manager else ()
        with open(log, "wb") as out:
            process = subprocess.Popen([*wrapper, BUILD / "portlight-inspector", "-c", config], stderr=out)
        try:
            wait_until(lambda: "ready on" in log.read_text(), "the inspector")
            yield process, path, log
        finally:
            process.terminate()
            assert process.wait(40) == 0, log.read_text()


def children(process):
    return [int(pid) for pid in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def counters(client):
    client.socket.send(struct.pack(">BQ", wire.PING, 7))
    answer = client.receive()
    assert answer[0] == wire.PONG
    return dict(zip(("inspections", "late", "signal", "workers"), struct.unpack(">QQQI", answer[9:])))


CRASHES = [signal.SIGSEGV, signal.SIGABRT, signal.SIGSYS]


@pytest.mark.parametrize("number", [*CRASHES, signal.SIGKILL])
def test_a_worker_that_dies_is_an_answer_and_the_next_one_is_asked(number, authority):
    """Without a manager nobody would start it again."""
    with inspector(authority) as (process, path, _), Script(silent) as server:
        with wire.Client(path) as client:
            for job in range(3):
                client.socket.send(wire.ask(job, "127.0.0.1", server.port))
                wait_until(lambda: children(process), "a worker")
                os.kill(children(process)[0], number)
                assert client.receive()[0] == wire.ANSWER
                assert children(process) == [], "no zombie"
            assert counters(client) == {"inspections": 3, "late": 0, "signal": 3, "workers": 0}
        assert process.poll() is None


@pytest.mark.parametrize("number", CRASHES)
def test_under_a_manager_a_crash_is_the_end_once_all_are_done(number, authority, tmp_path):
    with Manager(tmp_path / "notify") as manager, inspector(authority, manager) as (process, path, log):
        with Script(silent) as first, Script(silent) as second, wire.Client(path) as client:
            assert "READY=1" in manager.hear()
            client.socket.send(wire.ask(1, "127.0.0.1", first.port))
            wait_until(lambda: len(children(process)) == 1, "a worker")
            [victim] = children(process)
            client.socket.send(wire.ask(2, "127.0.0.1", second.port))
            wait_until(lambda: len(children(process)) == 2, "another")
            os.kill(victim, number)
            assert client.receive()[0] == wire.ANSWER
            assert client.refusal(wire.ask(3, "127.0.0.1", first.port)) == wire.BUSY
            assert client.receive()[0] == wire.ANSWER, "the other is not cut off"
            assert process.wait(20) == 0
        assert "starting anew: a worker has crashed" in log.read_text()
        assert "STOPPING=1" in manager.hear()


def test_what_is_no_crash_is_no_end(authority, tmp_path):
    with Manager(tmp_path / "notify") as manager, inspector(authority, manager) as (process, path, _):
        with Script(silent) as server, wire.Client(path) as client:
            for job in range(2):
                client.socket.send(wire.ask(job, "127.0.0.1", server.port))
                wait_until(lambda: children(process), "a worker")
                os.kill(children(process)[0], signal.SIGKILL)
                assert client.receive()[0] == wire.ANSWER
            assert counters(client)["signal"] == 2 and process.poll() is None


def test_under_a_manager_every_thousand_inspections_are_the_end(authority, tmp_path):
    """Inspections of a port where nobody listens, which are quick."""
    with Script(silent) as server:
        port = server.port
    with Manager(tmp_path / "notify") as manager, inspector(authority, manager) as (process, path, log):
        with wire.Client(path) as client:
            for job in range(1000):
                assert process.poll() is None
                client.socket.send(wire.ask(job, "127.0.0.1", port))
                assert client.receive()[0] == wire.ANSWER
        assert process.wait(20) == 0 and "every thousand inspections" in log.read_text()

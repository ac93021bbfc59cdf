# SPDX-License-Identifier: BSD-2-Clause
"""portlight-prober under a service manager: readiness, watchdog, the socket given, SIGHUP."""
import pathlib
import signal
import socket
import sys

import pytest

import wire
from manager import GIVE, Manager
from service import Service, config_text, wait_until

WATCHDOG_S = 0.4
OPEN, CLOSED = 443, 80


@pytest.fixture
def stopped(network):
    with Service(network, start=False) as service:
        yield service


def test_it_says_how_it_is(stopped):
    with Manager(stopped.directory / "notify", WATCHDOG_S) as manager:
        stopped.start_prober(*manager.wrapper)
        assert [manager.hear() for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
        stopped.prober.send_signal(signal.SIGSTOP)
        while manager.hear(0) is not None:
            pass
        assert manager.hear(3 * WATCHDOG_S) is None
        stopped.prober.send_signal(signal.SIGCONT)
        assert manager.hear() == "WATCHDOG=1"
        stopped.prober.terminate()
        while (word := manager.hear()) == "WATCHDOG=1":
            pass
        assert word == "STOPPING=1"
        assert stopped.prober.wait(10) == 0


@pytest.fixture
def listener(stopped):
    path = stopped.directory / "given.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as given:
        given.bind(str(path))
        given.listen(8)
        given.set_inheritable(True)
        yield given, path


def start_with(service, listener):
    service.start_prober(sys.executable, "-c", GIVE, str(listener.fileno()))


def test_the_socket_given_outlives_it(network, stopped, listener, monkeypatch):
    given, path = listener
    keep = given.fileno()
    popen = network.popen
    monkeypatch.setattr(network, "popen", lambda *a, **k: popen(*a, pass_fds=[keep], **k))
    start_with(stopped, given)
    with wire.Client(path) as client:
        assert client.is_alive()
    assert not stopped.socket.exists(), "it needs none of its own"
    stopped.prober.terminate()
    assert stopped.prober.wait(10) == 0
    waiting = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    waiting.connect(str(path))  # nobody serves just now, and nobody is refused
    start_with(stopped, given)
    waiting.settimeout(10)
    waiting.send(wire.hello())
    assert waiting.recv(64)[0] == wire.WELCOME


def test_the_socket_given_must_be_of_its_kind(network, stopped, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as wrong:
        wrong.set_inheritable(True)
        popen = network.popen
        monkeypatch.setattr(
            network, "popen", lambda *a, **k: popen(*a, pass_fds=[wrong.fileno()], **k)
        )
        with pytest.raises(Exception, match="exactly one socket, AF_UNIX and SOCK_SEQPACKET"):
            start_with(stopped, wrong)


# --- SIGHUP ------------------------------------------------------------------------


def rewrite(service, **policy):
    """The file is replaced, as editors do."""
    settings = service._settings()
    settings["policy"].update(policy)
    new = service.config.with_suffix(".new")
    new.write_text(config_text(settings))
    new.replace(service.config)


def reload(service, says):
    before = service.log("prober").count(says)
    service.prober.send_signal(signal.SIGHUP)
    wait_until(lambda: service.log("prober").count(says) > before, f"does not say {says}")


def is_answered(client, target, port):
    [message] = client.ask(target, port)
    return isinstance(message, wire.Result)


def refusal(client, target, port):
    [message] = client.ask(target, port)
    return message.reason


@pytest.fixture
def prober(stopped):
    stopped.start_prober()
    return stopped


@pytest.mark.parametrize("family", (4, 6))
def test_an_opt_out_holds_against_any_client(family, network, prober):
    target = network.address(family, "target")
    with wire.Client(prober.socket) as client:
        assert is_answered(client, target, OPEN)
        rewrite(prober, deny=[f"{target}/{32 if family == 4 else 128}"])
        reload(prober, "deny (1)")
        assert refusal(client, target, OPEN) == "opted-out"
        rewrite(prober, ports=[CLOSED])
        reload(prober, "deny (0)")
        assert is_answered(client, target, CLOSED)
        assert refusal(client, target, OPEN) == "port-not-allowed"


def test_a_file_with_a_mistake_changes_nothing(network, prober):
    target = network.address(4, "target")
    prober.config.write_text("policy {\n  max-ports = 9\n}\n")
    reload(prober, "nothing was changed")
    assert f"{prober.config}:2: policy.max-ports = 9: must be 1 to 3" in prober.log("prober")
    with wire.Client(prober.socket) as client:
        assert is_answered(client, target, OPEN)


def test_a_file_that_went_away_is_told(network, prober):
    prober.config.unlink()
    reload(prober, "nothing was changed")
    assert prober.prober.poll() is None


def test_a_link_to_a_file_elsewhere_is_not_followed(network, prober, tmp_path):
    """Landlock: of all files, those of the configuration's directory."""
    elsewhere = tmp_path / "portlight.conf"
    elsewhere.write_text("policy {}\n")
    for directory in [tmp_path, *tmp_path.parents][:3]:
        pathlib.Path(directory).chmod(0o755)
    prober.config.unlink()
    prober.config.symlink_to(elsewhere)
    reload(prober, "nothing was changed")
    assert f"{prober.config}: Permission denied" in prober.log("prober")

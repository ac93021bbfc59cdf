# SPDX-License-Identifier: BSD-2-Clause
"""portlightd under a service manager: readiness, watchdog, sockets given, SIGHUP."""
import os
import signal
import socket
import subprocess

import pytest

from frontend import OTHER_TARGET, TARGET
from manager import Manager, given
from service import BUILD, config_text, wait_until

WATCHDOG_S = 0.4


@pytest.fixture
def stopped_frontend(make_frontend):
    return make_frontend(start=False)


@pytest.mark.parametrize("name", ["{directory}/notify", "@portlight-test-{pid}"])
def test_it_says_when_it_is_ready_and_when_it_stops(name, stopped_frontend):
    path = name.format(directory=stopped_frontend.directory, pid=os.getpid())
    with Manager(path) as manager:
        stopped_frontend.start(*manager.wrapper)
        assert manager.hear() == "READY=1"
        assert stopped_frontend.stop() == 0
        assert manager.hear() == "STOPPING=1"


def test_the_watchdog_hears_it_until_it_is_stuck(stopped_frontend):
    with Manager(stopped_frontend.directory / "notify", WATCHDOG_S) as manager:
        stopped_frontend.start(*manager.wrapper)
        assert [manager.hear() for _ in range(4)] == ["READY=1"] + ["WATCHDOG=1"] * 3
        stopped_frontend.process.send_signal(signal.SIGSTOP)
        while manager.hear(0) is not None:
            pass
        assert manager.hear(3 * WATCHDOG_S) is None
        stopped_frontend.process.send_signal(signal.SIGCONT)
        assert manager.hear() == "WATCHDOG=1"


def start_with(frontend, listener):
    """portlightd with a listening socket of ours."""
    log = open(frontend.directory / "log", "ab")
    process = subprocess.Popen(
        [*given(listener), BUILD / "portlightd", "-c", frontend.config],
        stderr=log, pass_fds=[listener.fileno()],
    )  # fmt: skip
    log.close()
    frontend.process = process
    frontend.listen = "%s:%d" % listener.getsockname()
    return process


def test_a_socket_given_outlives_it_and_refuses_nobody(stopped_frontend):
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        for _ in range(2):
            process = start_with(stopped_frontend, listener)
            assert stopped_frontend.get("/healthz").status == 200
            process.terminate()
            assert process.wait(10) == 0
            # nobody serves just now, and nobody is refused
            socket.create_connection(listener.getsockname(), 5).close()


@pytest.mark.parametrize(
    "family, kind",
    [(socket.AF_UNIX, socket.SOCK_SEQPACKET), (socket.AF_INET, socket.SOCK_DGRAM)],
    ids=["local", "UDP"],
)
def test_only_a_listening_stream_socket_will_do(family, kind, stopped_frontend):
    with socket.socket(family, kind) as wrong:
        wrong.bind(str(stopped_frontend.directory / "x") if family == socket.AF_UNIX
                   else ("127.0.0.1", 0))  # fmt: skip
        if family == socket.AF_UNIX:
            wrong.listen()
        process = subprocess.Popen(
            [*given(wrong), BUILD / "portlightd", "-c", stopped_frontend.config],
            stderr=subprocess.PIPE, pass_fds=[wrong.fileno()], text=True,
        )  # fmt: skip
        stopped_frontend.process = process
        assert process.wait(10) == 1
        said = process.stderr.read()
        process.stderr.close()
    assert "inherited sockets must be streams" in said or "not a listening socket" in said


def test_environment_for_another_process_is_not_ours(stopped_frontend):
    stopped_frontend.start("env", "LISTEN_PID=1", "LISTEN_FDS=1")
    assert stopped_frontend.get("/healthz").status == 200


# --- SIGHUP ------------------------------------------------------------------------


def rewrite(frontend, **policy):
    settings = frontend._settings()
    settings["policy"] = policy
    new = frontend.config.with_suffix(".new")
    new.write_text(config_text(settings))
    new.replace(frontend.config)  # as editors do


def reload(frontend, says):
    before = frontend.log.count(says)
    frontend.process.send_signal(signal.SIGHUP)
    wait_until(lambda: frontend.log.count(says) > before, f"does not say {says}")


def test_an_opt_out_holds_from_the_next_request_on(make_frontend):
    frontend = make_frontend()
    assert frontend.check(TARGET).status == 200
    rewrite(frontend, deny=[f"{TARGET}/32"])
    reload(frontend, "deny (1)")
    assert frontend.check(TARGET).is_problem(403, "target-not-allowed", "opted-out")
    assert frontend.check(OTHER_TARGET).status == 200
    rewrite(frontend, ports=[443, 8443])
    reload(frontend, "deny (0)")
    assert frontend.check(TARGET).status == 200
    assert frontend.check(TARGET, 80).is_problem(422, "port-not-allowed")


def test_a_file_with_a_mistake_changes_nothing(make_frontend):
    frontend = make_frontend(policy={"deny": [f"{TARGET}/32"]})
    frontend.config.write_text('policy {\n  deny = {"10.0.0.0/33"}\n}\n')
    reload(frontend, "nothing was changed")
    assert f"{frontend.config}:2: policy.deny" in frontend.log
    assert frontend.check(TARGET).is_problem(403, "target-not-allowed", "opted-out")


def test_a_request_under_way_is_not_lost(make_frontend):
    frontend = make_frontend()
    frontend.prober.delay_s = 1
    with socket.create_connection(frontend.listen.split(":"), 10) as connection:
        connection.sendall(
            b"GET /api/v1/check?host=%s&ports=443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            % TARGET.encode()
        )
        wait_until(lambda: frontend.prober.asked, "nothing was asked")
        rewrite(frontend, deny=[f"{TARGET}/32"])
        reload(frontend, "deny (1)")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")

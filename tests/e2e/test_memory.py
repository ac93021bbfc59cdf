# SPDX-License-Identifier: BSD-2-Clause
"""Each allocation of a check fails in turn: the answer is true, or there is none."""
import ctypes
import http.client
import os
import pathlib
import signal
import subprocess

import pytest

from fake_prober import BY_PORT
from frontend import TARGET, TARGET_IPV6
from service import wait_until

SOURCE = pathlib.Path(__file__).parents[1] / "lab" / "failing_malloc.c"
FAILURES, STEP = (5000 if os.environ.get("PORTLIGHT_SOAK") else 2000, 1)
NAME = "dual.vectors.net"
HONEST = {200, 400, 422, 429, 503}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("malloc") / "failing_malloc.so"
    path.parent.chmod(0o755)
    subprocess.run(
        ["gcc", "-O2", "-shared", "-fPIC", "-o", path, SOURCE], check=True, timeout=60
    )
    return path


def spared():
    """After a failed allocation of its own c-ares 1.34 crashes, 1.18 does not: a query is left in
    its table that waits on no socket."""
    cares = ctypes.CDLL("libcares.so.2")
    version = ctypes.c_int()
    cares.ares_version(ctypes.byref(version))
    return ("FAIL_SPARES=libcares",) if version.value >= 0x012200 else ()


def ask_json(frontend):
    return frontend.check(NAME, 443, 80, packets="true")


def ask_by_post(frontend):
    return frontend.post({"host": TARGET, "ports": [443, 22]})


def ask_page(frontend):
    return frontend.check(TARGET, 443, path="/")


def ask_events(frontend):
    return frontend.check(TARGET, 443, 25, headers={"Accept": "text/event-stream"})


def ask_metrics(frontend):
    return frontend.get("/metrics")


def ports_told(answer):
    """Every verdict in a JSON answer."""
    if answer.header("Content-Type") != "application/json":
        return []
    return [port for address in answer.json["addresses"] for port in address["ports"]]


@pytest.mark.parametrize("ask", [ask_json, ask_by_post, ask_page, ask_events, ask_metrics])
def test_one_allocation_fails(make_frontend, library, ask):
    frontend = make_frontend(start=False)
    frontend.dns.zone[NAME] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    frontend.start("env", f"LD_PRELOAD={library}", f"FAIL_STEP={STEP}", *spared())
    frontend.wait_ready()
    unanswered = failed = 0
    for _ in range(FAILURES):
        frontend.process.send_signal(signal.SIGUSR2)
        try:
            answer = ask(frontend)
        except (OSError, http.client.HTTPException):
            unanswered += 1
            continue
        assert answer.status in HONEST, answer
        failed += answer.status != 200
        for port in ports_told(answer):
            assert port["state"] == BY_PORT[port["port"]].state, answer
        assert frontend.process.poll() is None, frontend.log
    assert frontend.process.poll() is None, frontend.log
    wait_until(lambda: ask_json(frontend).status == 200, "it does not recover")
    assert unanswered + failed < FAILURES

# SPDX-License-Identifier: BSD-2-Clause
"""Many questions at the same moment: more packets than the prober's first thread sends itself."""
import pathlib
import signal

import pytest

import wire
from service import Service

OPEN, CLOSED = 443, 22
OWN_RULES = (6379, 5900, 21, 25565)  # its own firewall: drop, and three kinds of reject
CHECKS = 30  # of one port of one target at a time, 32 are taken
THREAD_STATUS = {"CapEff": "0000000000000000", "CapPrm": "0000000000000000", "NoNewPrivs": "1",
                 "Seccomp": "2"}  # fmt: skip


@pytest.fixture(scope="module")
def prober(network):
    with Service(network) as service:
        yield service


@pytest.mark.parametrize("own_rule", OWN_RULES)
@pytest.mark.parametrize("family", (4, 6))
def test_every_verdict_of_a_crowd_is_right(family, own_rule, prober, network):
    reasons = {OPEN: "syn-ack", CLOSED: "reset", own_rule: "local-firewall"}
    target = network.address(family, "target")
    with wire.Client(prober.socket, timeout_s=20) as client:
        prober.prober.send_signal(signal.SIGSTOP)  # so that it finds all of them at once
        for job in range(CHECKS):
            client.send(wire.check(job, target, reasons))
        prober.prober.send_signal(signal.SIGCONT)
        told = client.collect(*range(CHECKS))
    for results in told.values():
        assert {result.port: result.reason for result in results} == reasons


def test_no_thread_may_do_more_than_another(prober):
    threads = list(pathlib.Path(f"/proc/{prober.prober.pid}/task").iterdir())
    assert 1 <= len(threads) <= 2
    for thread in threads:
        lines = (thread / "status").read_text().splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        assert {name: status[name] for name in THREAD_STATUS} == THREAD_STATUS
        assert "0" not in status["Uid"].split()

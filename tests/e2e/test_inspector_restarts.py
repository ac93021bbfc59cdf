# SPDX-License-Identifier: BSD-2-Clause
"""A target's quota of inspections outlives the inspector, however that ends."""
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import inspect_wire as wire
import pytest

from service import BUILD, wait_until
from test_tls import authority as authority  # a fixture
from test_tls import inspected_by

KILLS, ASKED_PER_LIFE, QUOTA, WINDOW_S = 32, 2, 20, 60


def answered(inspected, port, times):
    """How many inspections of a closed port get an answer, and not a refusal."""
    count = 0
    with wire.Client(inspected.socket) as client:
        for job in range(times):
            client.socket.send(wire.ask(job, "127.0.0.1", port))
            said = client.receive()
            assert said[0] == wire.ANSWER or said[5] == wire.RATE, said
            count += said[0] == wire.ANSWER
    return count


def restart(inspected, number):
    inspected.process.send_signal(number)
    inspected.process.wait(30)
    with open(inspected.frontend.directory / "inspector.log", "wb") as log:
        inspected.process = subprocess.Popen(
            [BUILD / "portlight-inspector", "-c", inspected.frontend.config], stderr=log)  # fmt: skip
    wait_until(lambda: "ready on" in inspected.log, "the inspector")
    assert "go on as they were left" in inspected.log


@pytest.mark.parametrize("number, kills", [(signal.SIGKILL, KILLS), (signal.SIGTERM, 4), (signal.SIGSEGV, 4)])
def test_ends_in_a_row_give_no_more_inspections_than_none(authority, number, kills):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory, socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # and nobody listens
        port = free.getsockname()[1]
        with inspected_by(authority, pathlib.Path(directory), **{"target-quota": QUOTA}) as inspected:
            began = time.monotonic()
            count = answered(inspected, port, ASKED_PER_LIFE)
            assert count == ASKED_PER_LIFE, "a first start punishes nobody"
            for _ in range(kills):
                restart(inspected, number)
                count += answered(inspected, port, ASKED_PER_LIFE)
            count += answered(inspected, port, QUOTA)
            come_back = (time.monotonic() - began) * QUOTA / WINDOW_S
            assert QUOTA <= count <= QUOTA + come_back + 1

# SPDX-License-Identifier: BSD-2-Clause
"""Somebody sets the wall clock an hour ahead and back, all the time: verdicts, certificates and
every duration are as if nobody did."""
import os
import pathlib
import subprocess
import threading
import time

import pytest

from inspected_service import SLOW_PORT, TLS_PORT, InspectedService
from service import BUILD, free_listen
from small_network import SmallNetwork
from test_kills import EXPECTED, FILTER

SOURCE = pathlib.Path(__file__).with_name("stepping_clock.c")
SECONDS = 120 if os.environ.get("PORTLIGHT_SOAK") else 10
PAUSE_S = 0.1
LONGEST_MS = 20_000  # a silent port takes 3600, the rest is a slow machine; an hour is 3600000


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("clock") / "stepping_clock.so"
    path.parent.chmod(0o755)
    subprocess.run(["gcc", "-O2", "-Wall", "-Werror", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", path, SOURCE],
                   check=True, timeout=60)  # fmt: skip
    return path


class Stepped(InspectedService):
    """All three daemons with such a clock."""

    def __init__(self, network, library, **sections):
        super().__init__(network, len(EXPECTED) + 1, **sections)
        self._clock = ("env", f"LD_PRELOAD={library}")

    def start_prober(self):
        super().start_prober(*self._clock)

    def start_inspector(self):
        super().start_inspector(*self._clock)

    def start_frontend(self):
        self.frontend = subprocess.Popen([*self._clock, BUILD / "portlightd", "-c", self.config],
                                         stderr=self._log("frontend"), start_new_session=True)  # fmt: skip
        self._stack.callback(self.frontend.wait)
        self._stack.callback(self.frontend.terminate)
        self._wait(self.frontend, self.is_alive, "frontend")


def asking(ask, until, told):
    while time.monotonic() < until:
        told.append(ask())
        time.sleep(PAUSE_S)


def test_answers(library):
    with SmallNetwork() as net:
        net.run("target", "nft", "-f", "-", text=FILTER)
        with Stepped(net, library, listen=free_listen()) as checker:
            checks, looks, waits, until = [], [], [], time.monotonic() + SECONDS
            threads = [threading.Thread(target=asking, args=(
                lambda address=address, port=port: (port, checker.check(address, port)), until, checks))
                for address, port in zip(checker.addresses, EXPECTED)]  # fmt: skip
            threads.append(threading.Thread(target=asking, args=(
                lambda: checker.inspect(checker.addresses[-1], TLS_PORT), until, looks)))  # fmt: skip
            # three seconds each, in which the clock is set for certain
            threads.append(threading.Thread(target=asking, args=(
                lambda: checker.inspect(checker.addresses[0], SLOW_PORT), until, waits)))  # fmt: skip
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    for port, (status, answer) in checks:
        assert status == 200, answer
        [address] = answer["addresses"]
        assert address["ports"][0]["state"] == EXPECTED[port], answer
        assert 0 <= answer["duration_ms"] < LONGEST_MS
        rtt_ms = address["ports"][0]["rtt_ms"]
        assert rtt_ms is None or 0 <= rtt_ms < LONGEST_MS, rtt_ms
    for status, answer in looks:
        assert status == 200, answer
        tls = answer["addresses"][0]["tls"]
        assert tls["state"] == "trusted", tls
        for duration_ms in (answer["duration_ms"], tls["connect_ms"], tls["handshake_ms"]):
            assert 0 <= duration_ms < LONGEST_MS, answer
    for status, answer in waits:
        assert status == 200 and answer["addresses"][0]["tls"]["state"] == "unknown", answer
        assert 1000 < answer["duration_ms"] < LONGEST_MS, answer
    assert len(checks) > len(EXPECTED) and len(looks) > 3 and waits
    assert len({answer["started"][:13] for _, (_, answer) in checks}) >= 2, "the clock was set"

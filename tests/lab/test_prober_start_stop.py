# SPDX-License-Identifier: BSD-2-Clause
"""portlight-prober says why it does not start, and a stop waits for the checks under way."""
import pathlib
import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

import wire
from network import LabError
from service import Service

SOURCE = pathlib.Path(__file__).with_name("failing_malloc.c")
BIG = 17000  # bytes: the prober's tables have more
FIRST = 3  # before it come config.c's own two, without which it aborts
NEEDED_MIN, NEEDED_MAX = 15, 100
SILENT = 3389
FIRST_PORT = 10000
ASKED = 200  # more than the prober reads at a time


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("malloc") / "failing_malloc.so"
    path.parent.chmod(0o755)
    subprocess.run(
        ["gcc", "-O2", "-shared", "-fPIC", "-o", path, SOURCE], check=True, timeout=60
    )
    return path


def starts(network, library, number):
    """Does the prober start without its number-th big allocation?  If not, it says why."""
    with Service(network, start=False) as service:
        try:
            service.start_prober("env", f"LD_PRELOAD={library}", f"FAIL_AT={number}",
                                 f"FAIL_SIZE={BIG}")  # fmt: skip
        except LabError:
            assert service.prober.wait(10) > 0
            words = re.findall(r"\[prober\]: (.+)", service.log("prober"))
            assert words, f"allocation {number}: not a word of why"
            return False
    return True


def test_without_memory_it_says_so(network, library):
    """Up to the first that comes when it serves already."""
    number = FIRST
    while number < NEEDED_MAX and not starts(network, library, number):
        number += 1
    assert NEEDED_MIN < number < NEEDED_MAX, "each of the prober's tables was tried"


def test_a_stop_waits_as_long_as_a_check_may_take(network):
    with Service(network, policy={"linger-ms": 2000}) as service:
        with wire.Client(service.socket) as client:
            client.send(wire.check(1, network.address(4, "target"), [SILENT], 0))
            assert client.is_alive()  # so the check is under way
            service.prober.terminate()
            [message] = client.collect(1)[1]
            assert isinstance(message, wire.Result)
        assert service.prober.wait(10) == 0


def test_what_was_asked_before_a_stop_is_answered(network):
    """Though the prober had not yet read it when it was told to stop, and its socket holds but
    a few of these messages at a time."""
    target = network.address(4, "target")
    with Service(network, policy={"any-port": True}) as service:
        with wire.Client(service.socket) as client:
            assert client.is_alive()
            service.prober.send_signal(signal.SIGSTOP)

            def send():
                for job in range(ASKED):
                    client.send(wire.check(job, target, [FIRST_PORT + job], 0))

            with ThreadPoolExecutor(1) as pool:
                sending = pool.submit(send)
                service.prober.terminate()
                service.prober.send_signal(signal.SIGCONT)
                sending.result()
            told = client.collect(*range(ASKED)).values()
        assert service.prober.wait(10) == 0
    assert {type(message) for messages in told for message in messages} == {wire.Result}

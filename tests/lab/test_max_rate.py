# SPDX-License-Identifier: BSD-2-Clause
"""prober.max-rate on the wire, with hostile clients of the socket that ask for all they can; and
the answers that an honest client gets meanwhile."""
import multiprocessing
import random
import time

import pytest

import wire
from network import Network
from packets import Capture
from scenarios import PUBLIC
from service import Service

OPEN, CLOSED = 443, 22
SINK = {4: "45.43.0.0/16", 6: "2a0e:e4::/32"}  # nobody answers there
ATTACK_S = 6
HONEST_CHECKS = 60


@pytest.fixture(scope="module")
def network():
    with Network(PUBLIC) as net:
        for family in (4, 6):
            net.ip("prober", family, f"route add default via {net.address(family, 'r1')}")
            net.ip("r1", family, f"route add blackhole {SINK[family]}")
        yield net


def attack(path, seed, cancels):
    """Checks with traces of new targets all the time; some clients cancel each at once."""
    draw = random.Random(seed)
    end = time.monotonic() + ATTACK_S
    job = 0
    with wire.Client(path) as client:
        client.socket.setblocking(False)
        while time.monotonic() < end:
            job += 1
            target = f"45.43.{draw.randrange(256)}.{draw.randrange(256)}"
            messages = [wire.check(job, target, [443, 22, 25], flags=wire.TRACE)]
            if cancels:
                messages.append(wire.encode(wire.CANCEL, job))
            try:
                for message in messages:
                    client.socket.send(message)
            except BlockingIOError:
                time.sleep(0.001)
            try:
                while client.socket.recv(4096):
                    pass
            except BlockingIOError:
                pass


def busiest(times, span_s):
    """The most that left within any span of this length."""
    most = first = 0
    for last, now in enumerate(times):
        while now - times[first] >= span_s:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("rate", (1000, 20000))
@pytest.mark.parametrize("cancels", (False, True), ids=("checks", "cancels"))
def test_the_rate_on_the_wire(rate, cancels, network, tmp_path):
    target = network.address(4, "target")
    wrong = []
    with Service(network, prober={"max-rate": rate}) as service:
        with Capture(network, "prober", tmp_path / "rate.pcap", "outbound") as capture:
            attackers = [
                multiprocessing.Process(target=attack, args=(service.socket, seed, cancels))
                for seed in range(5)
            ]
            with wire.Client(service.socket) as honest:
                for attacker in attackers:
                    attacker.start()
                for job in range(1, HONEST_CHECKS + 1):
                    for answer in honest.ask(target, OPEN, CLOSED, job=job):
                        if isinstance(answer, wire.Refused):
                            wrong.append(answer)
                        elif answer.state != {OPEN: "open", CLOSED: "closed"}[answer.port]:
                            wrong.append(answer)
                for attacker in attackers:
                    attacker.join()
        assert service.prober.poll() is None, service.log("prober")
    times = sorted(packet.time for packet in capture.packets())
    print(f"{rate}/s: {len(times)} packets, {busiest(times, 1)} in a second,"
          f" {busiest(times, 0.1)} in 100 ms, {busiest(times, 0.01)} in 10 ms; wrong: {wrong[:3]}")
    assert len(times) > 2 * rate  # it is used
    assert busiest(times, 1) <= 1.1 * rate
    assert busiest(times, 0.1) <= 0.2 * rate  # a thread that was held up sends what it has
    assert wrong == []

# SPDX-License-Identifier: BSD-2-Clause
"""A daemon that is told to stop answers every check under way (200 in the long form)."""
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from service import Service, free_listen, wait_until
from small_network import SmallNetwork

ROUNDS, ADDRESSES = (50, 50) if os.environ.get("PORTLIGHT_SOAK") else (2, 12)
PORTS = (22, 80, 3389, 5432)
UNDER_WAY = ADDRESSES * len(PORTS)


@pytest.fixture(scope="module")
def network():
    with SmallNetwork() as net:
        net.run("target", "nft", "-f", "-",
                text="table inet t { chain c { type filter hook input priority 0;"
                     " meta l4proto tcp drop; }; }\n")  # fmt: skip
        yield net


def neighbours(network):
    """More addresses of the target, so that no two checks are one."""
    first = network.address(4, "target")
    net = first.rpartition(".")[0]
    addresses = [f"{net}.{100 + i}" for i in range(ADDRESSES)]
    for address in addresses:
        network.ip("target", 4, f"addr replace {address}/24 dev wire")
    return addresses


def pending(checker):
    _, text = checker.request("GET", "/metrics")
    [line] = [l for l in text.splitlines() if l.startswith("portlight_checks_pending ")]
    return int(line.split()[1])


@pytest.mark.parametrize("name", ("frontend", "prober"))
def test_none_is_lost(name, network):
    targets = [(address, port) for address in neighbours(network) for port in PORTS]
    with Service(network, listen=free_listen()) as checker:
        for _ in range(ROUNDS):
            process = getattr(checker, name)
            with ThreadPoolExecutor(UNDER_WAY) as pool:
                asked = [pool.submit(checker.check, *target) for target in targets]
                wait_until(lambda: pending(checker) == UNDER_WAY, "they are not under way")
                process.terminate()
                for future in asked:
                    status, answer = future.result()
                    assert status == 200, answer
                    assert answer["addresses"][0]["ports"][0]["state"] == "filtered"
            assert process.wait() == 0
            getattr(checker, f"start_{name}")()
            wait_until(checker.is_ready, "it does not come back")

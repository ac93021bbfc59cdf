# SPDX-License-Identifier: BSD-2-Clause
"""What was handed to the second thread leaves before the prober ends."""
import pathlib
import subprocess

import pytest

from small_network import SmallNetwork

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
PARTS = [ROOT / f"{name}.c"
         for name in ("prober/io/raw_sender", "prober/io/send_batch", "prober/packet/segment",
                      "prober/packet/echo_request", "prober/packet/ip_header",
                      "prober/packet/checksum", "common/net/addr")]  # fmt: skip


@pytest.fixture(scope="module", params=("none", "thread"))
def program(request, tmp_path_factory):
    """As it is, and so that ThreadSanitizer sees both threads: no other program has a second."""
    program = tmp_path_factory.mktemp("leaving") / "leaving"
    sanitize = [] if request.param == "none" else ["-fsanitize=thread", "-g"]
    subprocess.run(["gcc", "-O2", *sanitize, "-D_GNU_SOURCE", "-I", ROOT, "-o", program,
                    HERE / "leaving.c", *PARTS, "-lpthread"],
                   check=True, timeout=60)  # fmt: skip
    return program


def received(network):
    names, values = [
        line.split() for line in network.run("prober", "cat", "/proc/net/snmp").splitlines()
        if line.startswith("Ip:")
    ]  # fmt: skip
    return int(dict(zip(names, values))["InReceives"])


@pytest.mark.parametrize("count", (1, 16, 17, 64, 65, 200, 5000))
def test_all_of_it_leaves(count, program):
    with SmallNetwork() as network:
        before = received(network)
        assert network.run("prober", program, str(count)) == f"{count}\n"
        assert received(network) - before == count

# SPDX-License-Identifier: BSD-2-Clause
"""A visitor of the same link, with an address that means something on that link only.

glibc looks for the interface's name when such an address is written down.
"""
import json
import subprocess
import sys

import pytest

from network import LabError
from sandboxed import unharmed
from service import BUILD, config_text, wait_until
from small_network import SmallNetwork

PORT = 8080
SERVER, VISITOR = "fe80::a", "fe80::b"
ASK = """
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=10)
connection.request("GET", sys.argv[3])
print(connection.getresponse().read().decode())
"""


@pytest.fixture
def network():
    with SmallNetwork() as net:
        for node, address in (("prober", SERVER), ("target", VISITOR)):
            net.ip(node, 6, f"addr add {address}/64 nodad dev wire")
        yield net


def ask(network, node, host, path):
    """What is answered; an empty text where nothing is."""
    try:
        return network.run(node, sys.executable, "-c", ASK, host, str(PORT), path)
    except LabError:
        return ""


def test_a_visitor_of_the_link(network, tmp_path):
    tmp_path.chmod(0o755)
    config = tmp_path / "portlight.conf"
    config.write_text(config_text({
        "http": {"listen": [f"[::]:{PORT}"]},
        "prober": {"socket": str(tmp_path / "nobody.sock")},
        "resolver": {"nameservers": ["127.0.0.1:1"]},
    }))  # fmt: skip
    daemon = network.popen(
        "prober", BUILD / "portlightd", "-c", config, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: ask(network, "prober", "::1", "/healthz"), "it does not come")
    with unharmed(daemon, lambda: ask(network, "prober", "::1", "/healthz") == "ok\n\n"):
        for path in ("/", "/de", "/metrics", "/api/v1/limits", "/api/v1/check?host=me&ports=443"):
            assert ask(network, "target", f"{SERVER}%wire", path)
        told = json.loads(ask(network, "target", f"{SERVER}%wire", "/api/v1/me"))
        assert told == {"address": VISITOR, "family": "ipv6"}

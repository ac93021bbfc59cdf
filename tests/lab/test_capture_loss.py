# SPDX-License-Identifier: BSD-2-Clause
"""A checker too busy to see every answer says so instead of "filtered"."""
import json
import pathlib
import signal
import subprocess
import threading
import time

import pytest

from service import Service, free_listen
from small_network import SmallNetwork

OPEN, SILENT = 443, 3389
MORE_THAN_THE_RING = 400_000
DROP = """
table inet filter {
  chain input { type filter hook input priority 0;
    tcp dport 3389 drop
  }
}
"""


@pytest.fixture(scope="module")
def flooder(tmp_path_factory):
    program = tmp_path_factory.mktemp("flood") / "flood"
    source = pathlib.Path(__file__).with_name("flood.c")
    subprocess.run(["gcc", "-O2", "-D_GNU_SOURCE", "-o", program, source], check=True, timeout=60)
    return program


def test_silence_during_losses_is_unknown(flooder):
    with SmallNetwork(listen=(OPEN,)) as network:
        network.run("target", "nft", "-f", "-", text=DROP)
        with Service(network, listen=free_listen()) as service:
            address = network.address(4, "target")
            answers = []
            thread = threading.Thread(
                target=lambda: answers.append(service.check(address, OPEN, SILENT))
            )
            thread.start()
            time.sleep(0.8)
            link = json.loads(network.run("prober", "ip", "-j", "link", "show", "wire"))
            service.prober.send_signal(signal.SIGSTOP)
            try:
                network.run("target", flooder, "wire", link[0]["address"], address,
                            network.address(4, "prober"), str(MORE_THAN_THE_RING))  # fmt: skip
            finally:
                service.prober.send_signal(signal.SIGCONT)
            thread.join()
            status, answer = answers[0]
            assert status == 200, answer
            ports = {port["port"]: port for port in answer["addresses"][0]["ports"]}
            assert ports[OPEN]["state"] == "open"
            assert (ports[SILENT]["state"], ports[SILENT]["reason"]) == ("unknown", "capture-lost")
            assert ports[SILENT]["actor"] == "local"

            status, answer = service.check(address, OPEN, SILENT)  # and it recovers
            states = {port["port"]: port["state"] for port in answer["addresses"][0]["ports"]}
            assert states == {OPEN: "open", SILENT: "filtered"}

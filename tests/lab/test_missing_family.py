# SPDX-License-Identifier: BSD-2-Clause
"""A real prober that has lost a family, and a name that has both."""
import json
import pathlib
import sys

import pytest

from service import Service, free_listen
from small_network import SmallNetwork

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from fake_dns import FakeDns  # noqa: E402  (it lives with the tests that need no network)

NAME, PORT = "both.lab.net", 443
LOSSES = {
    4: "ip -4 addr flush dev wire",
    6: "sysctl -qw net.ipv6.conf.all.disable_ipv6=1",
}


@pytest.fixture(params=LOSSES)
def lossy(request):
    with SmallNetwork(listen=(PORT,)) as net:
        target = {"A": [net.address(4, "target")], "AAAA": [net.address(6, "target")]}
        with FakeDns({NAME: target}) as dns:
            resolver = {"nameservers": [dns.nameserver]}
            with Service(net, listen=free_listen(), resolver=resolver) as checker:
                yield checker, net, request.param


def test_the_other_family_answers_and_it_is_said(lossy):
    checker, net, lost = lossy
    assert [t["family"] for t in checker.check(NAME, PORT)[1]["addresses"]] == ["ipv4", "ipv6"]
    net.run("prober", *LOSSES[lost].split())

    def left():
        _, answer = checker.check(NAME, PORT)
        return answer if len(answer["addresses"]) == 1 else None

    answer = left() or left() or left()  # routes are remembered for a second
    [target] = answer["addresses"]
    assert target["family"] == ("ipv6" if lost == 4 else "ipv4")
    assert target["ports"][0]["state"] == "open"
    [warning] = answer["warnings"]
    assert f"IPv{lost} addresses, too, but this checker has no route" in warning
    done = checker.command("--json", NAME, PORT)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["addresses"]) == 1

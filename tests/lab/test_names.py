# SPDX-License-Identifier: BSD-2-Clause
"""The same verdict by literal and by name, from the API, the page and the command line."""
import json
import pathlib
import sys

import pytest

from service import Service, free_listen

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from fake_dns import FakeDns  # noqa: E402  (it lives with the tests that need no network)

PORTS = {443: "open", 22: "closed"}
FAMILIES = {"ipv4": 4, "ipv6": 6}


@pytest.fixture(scope="module")
def named(network):
    """A checker that asks a name server of ours."""
    target = {"A": [network.address(4, "target")], "AAAA": [network.address(6, "target")]}
    zone = {
        "both.lab.net": target,
        "four.lab.net": {"A": target["A"]},
        "inward.lab.net": {"A": [*target["A"], "10.0.0.1"]},
    }
    with FakeDns(zone) as dns:
        resolver = {"nameservers": [dns.nameserver]}
        with Service(network, listen=free_listen(), resolver=resolver) as checker:
            yield checker


def verdicts(answer):
    """{(family, port): state} of an answer."""
    return {
        (target["family"], port["port"]): port["state"]
        for target in answer["addresses"]
        for port in target["ports"]
    }


EXPECTED = {(family, port): state for family in FAMILIES for port, state in PORTS.items()}


def test_a_name_gives_what_its_addresses_give(named, network):
    status, by_name = named.check("both.lab.net", *PORTS)
    assert (status, verdicts(by_name)) == (200, EXPECTED)
    by_literal = {}
    for version in FAMILIES.values():
        by_literal |= verdicts(named.check(network.address(version, "target"), *PORTS)[1])
    assert by_literal == EXPECTED


def test_post_and_command_line_agree(named):
    body = {"host": "Both.Lab.Net.", "ports": list(PORTS)}
    status, answer = named.request("POST", "/api/v1/check", body)
    assert (status, verdicts(json.loads(answer))) == (200, EXPECTED)
    assert json.loads(answer)["host"] == "both.lab.net"
    done = named.command("--json", "both.lab.net", "443,22")
    assert verdicts(json.loads(done.stdout)) == EXPECTED
    assert done.returncode == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_one_family(family, named):
    wanted = {key: state for key, state in EXPECTED.items() if key[0] == family}
    assert verdicts(named.check("both.lab.net", *PORTS, family=family)[1]) == wanted
    done = named.command(f"-{FAMILIES[family]}", "--json", "both.lab.net", "443,22")
    assert verdicts(json.loads(done.stdout)) == wanted


def test_the_page_shows_both(named, network):
    status, page = named.request("GET", "/?host=both.lab.net&ports=443&ports=22")
    assert status == 200
    for version in FAMILIES.values():
        assert network.address(version, "target") in page
    assert page.count('class="port open"') == page.count('class="port closed"') == 2


def test_a_name_that_leads_inward_is_refused_everywhere(named):
    status, answer = named.check("inward.lab.net", 443)
    assert (status, answer["code"]) == (403, "resolves-non-public")
    done = named.command("--json", "inward.lab.net", "443")
    assert json.loads(done.stdout)["code"] == "resolves-non-public"
    assert done.returncode == 4
    assert "10.0.0.1" not in json.dumps(answer) + done.stdout + done.stderr


def test_what_a_name_lacks(named):
    assert named.check("four.lab.net", 443, family="ipv6")[1]["code"] == "dns-no-address"
    assert named.check("none.lab.net", 443)[1]["code"] == "dns-nxdomain"
    assert named.command("none.lab.net", "443").returncode == 3

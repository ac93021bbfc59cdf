# SPDX-License-Identifier: BSD-2-Clause
"""Names whose clients find another host or port by SRV records: players of Minecraft, say."""
import subprocess

import pytest

from frontend import TARGET
from service import BUILD

HOST, OWNER = "play.example.net", "_minecraft._tcp.play.example.net"
PORT = 25565
WARNING = "SRV record"


def warnings_of(frontend, behaviour, host=HOST, port=PORT):
    frontend.dns.zone[host] = {"A": [TARGET]}
    frontend.dns.zone[OWNER] = behaviour
    answer = frontend.check(host, port)
    assert answer.status == 200, answer
    assert frontend.prober.addresses[-1] == TARGET, "nothing else is probed for it"
    return [warning for warning in answer.json["warnings"] if WARNING in warning]


@pytest.mark.parametrize("behaviour", (
    {"SRV": [(25570, HOST)]},
    {"SRV": [(PORT, "mc.example.org")]},
    {"SRV": [(25570, "mc.example.org"), (25571, "mc.example.org")]},
    {"CNAME": "elsewhere.example.net", "SRV": [(25570, HOST)]},
), ids=str)  # fmt: skip
def test_players_go_elsewhere(make_frontend, behaviour):
    frontend = make_frontend()
    assert len(warnings_of(frontend, behaviour)) == 1
    assert [question.family for question in frontend.dns.asked(OWNER)] == ["33"]
    text = frontend.get(f"/api/v1/check?host={HOST}&ports={PORT}", headers={"Accept": "text/plain"})
    assert WARNING in text.text
    german = frontend.get(f"/?host={HOST}&ports={PORT}", headers={"Accept-Language": "de"})
    assert "SRV-Eintrag" in german.text


@pytest.mark.parametrize("behaviour", (
    {"rcode": "NXDOMAIN"}, {"rcode": "SERVFAIL"}, {}, {"timeout": True},
    {"SRV": [(PORT, HOST)]}, {"SRV": [(PORT, HOST.upper()), (25570, "mc.example.org")]},
    {"SRV": [(0, "")]}, {"SRV": [(25570, HOST)], "owner": "other.example.net"},
    {"SRV": [(25570, HOST)], "TC": True, "tcp": {"timeout": True}},
), ids=str)  # fmt: skip
def test_players_come_here(make_frontend, behaviour):
    assert warnings_of(make_frontend(), behaviour) == []


def test_nobody_is_asked_for_other_ports_and_addresses(make_frontend):
    frontend = make_frontend()
    assert warnings_of(frontend, {"SRV": [(25570, HOST)]}, port=443) == []
    assert frontend.check(TARGET, PORT).status == 200
    assert frontend.dns.asked(OWNER) == []


def test_a_name_too_long_for_the_label(make_frontend):
    host = ".".join(["a" * 60] * 4)
    assert warnings_of(make_frontend(), {}, host=host) == []


def test_the_command_line_says_so_too(make_frontend):
    frontend = make_frontend()
    frontend.dns.zone[HOST] = {"A": [TARGET]}
    frontend.dns.zone[OWNER] = {"SRV": [(25570, HOST)]}
    done = subprocess.run([BUILD / "portlight", "-c", frontend.config, HOST, str(PORT)],
                          capture_output=True, text=True, timeout=20, check=False)  # fmt: skip
    assert done.returncode == 0 and done.stdout.startswith(f"{PORT}/tcp open")
    assert WARNING in done.stderr

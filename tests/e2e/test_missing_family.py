# SPDX-License-Identifier: BSD-2-Clause
"""A name with both families, and a checker that has a way to one of them only."""
import fake_dns
import pytest
from command import Command
from fake_prober import OPEN, FakeProber
from frontend import TARGET, TARGET_IPV6
from wire import Verdict

NAME = "both.example.net"
ZONE = {NAME: {"A": [TARGET], "AAAA": [TARGET_IPV6]}}
NO_ROUTE = Verdict("unknown", "no-route", "unknown", "local", "certain")
OTHER = {TARGET: TARGET_IPV6, TARGET_IPV6: TARGET}
WARNING = {
    TARGET: "The name has IPv4 addresses, too, but this checker has no route to them; only IPv6 "
            "was checked.",
    TARGET_IPV6: "The name has IPv6 addresses, too, but this checker has no route to them; only "
                 "IPv4 was checked.",
}  # fmt: skip


def lack(prober, *addresses):
    prober.verdicts = {(address, 443): NO_ROUTE for address in addresses}


@pytest.fixture
def lacking(make_frontend):
    frontend = make_frontend()
    frontend.dns.zone.update(ZONE)
    frontend.wait_ready()
    return frontend


@pytest.mark.parametrize("missing", WARNING)
def test_json(missing, lacking):
    lack(lacking.prober, missing)
    answer = lacking.check(NAME).json
    assert [target["address"] for target in answer["addresses"]] == [OTHER[missing]]
    assert answer["warnings"] == [WARNING[missing]]
    metrics = lacking.get("/metrics").body.decode()
    assert 'state="open",disposition="accept"} 1' in metrics
    assert 'portlight_verdicts_total{state="unknown",disposition="unknown"} 0' in metrics


def test_text_has_warnings(lacking):
    lack(lacking.prober, TARGET_IPV6)
    answer = lacking.check(NAME, headers={"Accept": "text/plain"})
    assert answer.body.decode() == (
        f"443/tcp open accept host 23.1ms\nwarning: {WARNING[TARGET_IPV6]}\n"
    )


def test_neither(lacking):
    lack(lacking.prober, TARGET, TARGET_IPV6)
    answer = lacking.check(NAME).json
    assert [t["ports"][0]["reason"] for t in answer["addresses"]] == ["no-route", "no-route"]
    assert answer["warnings"] == []
    events = lacking.check(NAME, headers={"Accept": "text/event-stream"}).body.decode()
    assert events.count("event: port") == 2


def test_only_the_missing_one_was_wanted(lacking):
    lack(lacking.prober, TARGET_IPV6)
    answer = lacking.check(NAME, family="ipv6").json
    assert answer["addresses"][0]["ports"][0]["reason"] == "no-route"


def test_dns64(lacking):
    lacking.dns.zone[NAME] = {"A": [TARGET], "AAAA": ["64:ff9b::5db8:d70e"]}
    answer = lacking.check(NAME).json
    assert [target["address"] for target in answer["addresses"]] == [TARGET]
    assert "DNS64" in answer["warnings"][0]


def test_command(tmp_path):
    with FakeProber(tmp_path / "prober.sock") as prober, fake_dns.FakeDns(ZONE) as dns:
        lack(prober, TARGET_IPV6)
        portlight = Command(tmp_path, prober.path, resolver={"nameservers": [dns.nameserver]})
        done = portlight(NAME, 443)
        assert done.returncode == 0
        assert "443/tcp open" in done.stdout and "unknown" not in done.stdout
        assert done.stderr == f"portlight: warning: {WARNING[TARGET_IPV6]}\n"
        assert portlight(NAME, 443, "--watch", 1).returncode == 0
        prober.verdicts[TARGET, 443] = NO_ROUTE
        done = portlight(NAME, 443)
        assert done.returncode == 3 and done.stdout.count("unknown") == 4 and not done.stderr
        assert OPEN.state == "open"

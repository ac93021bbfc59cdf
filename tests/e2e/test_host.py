# SPDX-License-Identifier: BSD-2-Clause
"""/api/v1/host and /host: whose address is it, without a packet to it; and the network in answers
about ports."""
import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import urllib.parse
from dataclasses import replace

import pytest

from fake_prober import OPEN
from frontend import OTHER_TARGET, TARGET, TARGET_IPV6
from network_data import EDGE, make_table
from service import BUILD, wait_until

PTR = "14.215.184.93.in-addr.arpa"
ZONE = {
    "www.example.net": {"CNAME": "example.net", "A": [TARGET], "ttl": 77},
    "example.net": {
        "A": [TARGET],
        "NS": ["ns2.example.org", "ns1.example.org"],
        "MX": [(20, "backup.example.net"), (10, "mail.example.net")],
    },
    "edge.example.net": {"A": [EDGE]},
    "shop.example.net": {"CNAME": "d1.cloudfront.net", "A": [TARGET]},
    "mine.example.net": {"A": ["93.184.215.99"]},
    PTR: {"PTR": ["host.example.com"]},
    "host.example.com": {"A": [TARGET]},
    "15.215.184.93.in-addr.arpa": {"PTR": ["liar.example.com"]},
    "liar.example.com": {"A": ["93.184.215.1"]},
    "internal.example.net": {"A": ["10.0.0.1"]},
}


@pytest.fixture
def data():
    """A directory that the unprivileged daemon may read."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="portlight-networks-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def host(make_frontend, data):
    frontend = make_frontend(
        networks={"table": str(make_table(data)), "max-age-days": 10000},
        http={"trusted-proxies": ["127.0.0.1/32"]},
    )
    frontend.dns.zone.update(ZONE)
    frontend.table = data / "networks.dat"
    return frontend


def look(frontend, name, visitor=None, **headers):
    lines = {"X-Forwarded-For": visitor} if visitor else {}
    return frontend.get(f"/api/v1/host?host={urllib.parse.quote(name)}", lines | headers)


def test_a_name_of_dynamic_dns_that_is_out_of_date(host):
    """People often check the address that they had yesterday, and find the port closed."""
    host.dns.zone["home.duckdns.org"] = {"A": [TARGET]}
    for visitor, codes in ((OTHER_TARGET, ["name-is-not-visitor"]), (TARGET, []), (TARGET_IPV6, [])):
        answer = host.check("home.duckdns.org", 443, headers={"X-Forwarded-For": visitor}).json
        assert answer["warning_codes"] == codes, visitor
    german = host.get("/de?host=home.duckdns.org&ports=443", {"X-Forwarded-For": OTHER_TARGET}).text
    assert "Sein Eintrag ist veraltet" in german


def test_everything_about_a_name(host):
    answer = look(host, "www.example.net").json
    (address,) = answer["addresses"]
    network = address["network"]
    assert (network["asn"], network["name"]) == (24940, "Hetzner Online GmbH")
    assert (network["provider"], network["provider_from"]) == ("hetzner", "asn")
    assert (network["country"], network["kind"], network["cdn"]) == ("DE", "hosting", None)
    assert network["prefix"] == "93.184.215.0/24"
    assert (address["ptr"], address["ptr_confirmed"]) == ("host.example.com", True)
    assert address["ttl_s"] == 77
    assert answer["cname"] == ["example.net"]
    assert answer["nameservers"] == ["ns1.example.org", "ns2.example.org"]
    assert answer["zone"] == answer["mail_of"] == "example.net"
    assert [item["host"] for item in answer["mail"]] == ["mail.example.net", "backup.example.net"]
    sources = {source["name"]: source for source in answer["sources"]}
    assert sources["tor-geoip"]["date"] == "2026-06-25"
    assert sources["tor-geoip"]["licence"] == "CC BY-SA 4.0"
    assert sources["aws"]["date"] == "2026-06-17"
    assert host.prober.asked == []


def test_a_name_that_lies(host):
    (address,) = look(host, OTHER_TARGET).json["addresses"]
    assert (address["ptr"], address["ptr_confirmed"]) == ("liar.example.com", False)
    assert address["ttl_s"] is None


def test_silent_name_servers(host):
    host.dns.zone[PTR] = {"timeout": True}
    (address,) = look(host, TARGET).json["addresses"]
    assert (address["ptr"], address["ptr_confirmed"]) == (None, None)


@pytest.mark.parametrize("name", ["edge.example.net", "shop.example.net", EDGE])
def test_behind_a_cdn(host, name):
    answer = look(host, name).json
    assert answer["addresses"][0]["network"]["cdn"] is True
    assert answer["warning_codes"] == ["behind-cdn"]
    assert name in answer["warnings"][0]


def test_dynamic_dns(host):
    for visitor, match in [(TARGET, "yes"), (OTHER_TARGET, "no"), (TARGET_IPV6, "other-family")]:
        answer = look(host, "example.net", visitor).json
        assert answer["visitor"] == {"address": visitor, "match": match}
        is_mine = answer["addresses"][0]["network"]["is_visitor"]
        assert is_mine is {"yes": True, "no": False, "other-family": None}[match]
    page = host.get("/host?host=example.net", {"X-Forwarded-For": OTHER_TARGET}).text
    assert f"You come from {OTHER_TARGET}." in page and TARGET in page, "both, to compare"
    own = host.get("/api/v1/host?host=me", {"X-Forwarded-For": TARGET}).json
    assert own["host"] == TARGET and own["visitor"]["match"] == "yes"


@pytest.mark.parametrize("name", ["internal.example.net", "10.0.0.1", "127.0.0.1", "fe80::1"])
def test_the_policy_holds(host, name):
    assert look(host, name).problem["type"] == "/problems/target-not-allowed"
    assert not host.dns.asked("1.0.0.10.in-addr.arpa")


def test_bad_questions(host):
    assert host.get("/api/v1/host?hots=x").is_problem(400, "malformed-request", "unknown-key")
    [error] = host.get("/api/v1/host?hostname=x").problem["errors"]
    assert (error["pointer"], error["detail"]) == ("#/hostname", '"hostname" is unknown; did you mean "host"?')
    assert host.get("/api/v1/host?host=a&ports=22").is_problem(400, "malformed-request", "unknown-key")
    assert look(host, "a b").problem["status"] == 422
    assert look(host, "gone.example.net").problem["type"] == "/problems/name-not-found"
    elsewhere = look(host, TARGET, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"})
    assert elsewhere.status == 403


def test_it_costs(make_frontend):
    frontend = make_frontend(limits={"client-quota": 12, "client-targets": 2})
    frontend.dns.zone.update(ZONE)
    assert [look(frontend, TARGET).status for _ in range(3)] == [200, 200, 429]


def test_a_walk_through_a_network_ends(make_frontend):
    frontend = make_frontend(limits={"client-quota": 1000, "client-targets": 3})
    walked = [look(frontend, f"93.184.215.{i}") for i in range(1, 6)]
    assert [answer.status for answer in walked] == [200, 200, 200, 429, 429]
    assert walked[-1].problem["code"] == "client-targets"


def test_text(host):
    answer = look(host, "www.example.net", Accept="text/plain")
    lines = answer.text.splitlines()
    assert "address\t" + TARGET in lines
    assert "prefix\t93.184.215.0/24" in lines
    assert [line for line in lines if line.startswith("source\t") and "CC BY-SA 4.0" in line]
    assert "ptr\thost.example.com (leads back)" in lines
    assert "mail\t10 mail.example.net" in lines


def test_the_page(host):
    page = host.get("/host?host=www.example.net", {"Accept": "text/html"}).text
    for text in ("Hetzner", "AS24940", "93.184.215.0/24", "host.example.com", "which leads back", "ns1.example.org",
                 "IPFire", "25"):
        assert text in page, text
    german = host.get("/host/de?host=edge.example.net").text
    assert "edge.example.net zeigt auf Cloudflare" in german and 'lang="de"' in german
    assert host.get("/host").status == 200
    refused = host.get("/host?host=10.0.0.1")
    assert refused.status == 403 and "text/html" in refused.header("Content-Type")
    asked = len(host.dns.questions)
    led = host.get("/host?host=example.net", {"Sec-Fetch-Site": "cross-site"})
    assert led.status == 200 and "Press Look up" in led.text
    assert len(host.dns.questions) == asked


def test_network_in_a_check(host):
    answer = host.check("edge.example.net", 443, 22, 8080).json
    network = answer["addresses"][0]["network"]
    assert (network["provider"], network["cdn"], network["kind"]) == ("cloudflare", True, "cdn")
    assert network["is_visitor"] is None or network["is_visitor"] is False
    assert answer["warning_codes"] == ["behind-cdn"]
    (sentence,) = answer["warnings"]
    assert sentence.startswith("edge.example.net points at Cloudflare.")
    assert "80, 443, 8080 and 8443" in sentence and "never forwards: 22." in sentence
    for port in answer["addresses"][0]["ports"]:
        assert "cdn-edge" in port["evidence"]
        assert "CDN's edge" in port["advice"]
    ssh = next(p for p in answer["addresses"][0]["ports"] if p["port"] == 22)
    assert ssh["state"] == "filtered" and "firewall" not in ssh["advice"], "the edge has none of yours"
    page = host.get("/?host=edge.example.net&ports=443,22").text
    (shut,) = [card for card in page.split("<article")[1:] if "22 SSH" in card.split("</h4>")[0]]
    shut = shut[: shut.index("</article>")]
    assert "forwards only some ports" in shut and "sudo" not in shut and "router" not in shut
    explained = command(host, "--explain", "edge.example.net", "22").stdout
    assert "forwards only some ports" in explained and "CGNAT" not in explained
    plain = host.check(TARGET, 443).json
    assert "cdn-edge" not in plain["addresses"][0]["ports"][0]["evidence"]
    assert plain["warnings"] == plain["warning_codes"] == []
    text = host.check(TARGET, 443, headers={"Accept": "text/plain"}).text
    assert f"network: {TARGET}: probably Hetzner (AS24940), 93.184.215.0/24, DE; data of " in text
    page = host.get(f"/?host={EDGE}&ports=443").text
    assert 'class="network"' in page and "probably" not in page


def test_a_name_that_leads_to_a_cdn(host):
    answer = host.check("shop.example.net", 443).json
    network = answer["addresses"][0]["network"]
    assert (network["provider"], network["provider_from"]) == ("cloudfront", "cname")
    assert network["cdn"] is True
    assert "cdn-edge" in answer["addresses"][0]["ports"][0]["evidence"]


def test_the_prober_is_not_asked_whose_address_it_is(host):
    """A prober's own claim does not count, and an AS number alone makes no edge."""
    host.prober.verdicts[(TARGET, 443)] = replace(OPEN, evidence=("cdn-edge",))
    answer = host.check(TARGET, 443).json
    assert answer["addresses"][0]["ports"][0]["evidence"] == []


def test_without_data_all_is_null(make_frontend):
    frontend = make_frontend(networks={"table": "/nonexistent/networks.dat"})
    (address,) = frontend.check(TARGET, 443).json["addresses"]
    known = {key: value for key, value in address["network"].items() if value is not None}
    assert known == {} or known == {"is_visitor": False}
    assert look(frontend, TARGET).json["sources"] == []
    assert "not used" not in frontend.log


def name_of(frontend):
    return look(frontend, TARGET).json["addresses"][0]["network"]["name"]


def test_reload_and_files_that_break(host, data):
    """A file that is truncated, replaced or garbage never ends the daemon, and what it knew stays."""
    whole = host.table.read_bytes()
    for broken in (whole[: len(whole) // 2], b"", b"rubbish" * 100, whole + b"x"):
        host.table.write_bytes(broken)
        before = host.log.count("not used")
        host.process.send_signal(signal.SIGHUP)
        wait_until(lambda: host.log.count("not used") > before, "no complaint")
        assert name_of(host) == "Hetzner Online GmbH"
    other = whole.replace(b"Hetzner Online GmbH", b"Somebody Else Ltd. ")
    (data / "new").write_bytes(other)
    (data / "new").rename(host.table)
    host.process.send_signal(signal.SIGHUP)
    wait_until(lambda: name_of(host) == "Somebody Else Ltd. ", "not read again")


def test_names_of_strangers_are_made_harmless(make_frontend, data):
    evil = "93.184.215.0\t93.184.215.255\t64496\tDE\t<b>\u202eevil\x07</b>\n"
    frontend = make_frontend(networks={"table": str(make_table(data, {"ip2asn": evil}))})
    assert name_of(frontend) == "<b> evil </b>"
    page = frontend.get(f"/host?host={TARGET}").text
    assert "&lt;b&gt; evil &lt;/b&gt;" in page and "<b>" not in page


def test_old_data_are_told(make_frontend, data):
    old = {"tor-geoip": "# Generated: Thu, 25 Jun 2020 04:33:59 GMT\n1572394752,1572395007,DE\n"}
    frontend = make_frontend(networks={"table": str(make_table(data, old))})
    assert look(frontend, TARGET).json["warning_codes"] == ["data-old"]
    assert frontend.check(TARGET, 443).json["warning_codes"] == ["data-old"]
    assert "warning: The data about networks are old" in command(frontend, TARGET, "443").stderr
    assert "portlight_networks_age_seconds" in frontend.get("/metrics").text


def command(frontend, *arguments):
    """portlight(1) with the daemon's own configuration."""
    return subprocess.run(
        [BUILD / "portlight", "-c", frontend.config, *arguments], capture_output=True, text=True
    )


def test_the_command_line(host):
    done = command(host, "--host", "www.example.net")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "ptr\thost.example.com (leads back)" in lines and f"address\t{TARGET}" in lines
    assert not [line for line in lines if line.startswith("visitor")]
    here = json.loads(command(host, "--host", "--json", "www.example.net").stdout)
    there = look(host, "www.example.net").json
    for answer in (here, there):
        del answer["started"], answer["duration_ms"], answer["visitor"]
        answer["addresses"][0]["network"]["is_visitor"] = None
    assert here == there
    assert command(host, "--host", "gone.example.net").returncode == 3
    assert command(host, "--host", "10.0.0.1").returncode == 4
    assert command(host, "--host", "internal.example.net").returncode == 4
    assert command(host, "--host", "localhost").returncode == 2
    assert command(host, "--host", "a", "22").returncode == 2
    assert "--server to know" in command(host, "--host", "me").stderr
    refused = command(host, "--host", "--trace", TARGET)
    assert refused.returncode == 2 and "it checks no port" in refused.stderr
    assert host.prober.asked == []


def there(frontend, *arguments):
    """portlight(1) that knows nothing but where the daemon is."""
    return subprocess.run(
        [BUILD / "portlight", "--server", f"http://{frontend.listen}", *arguments],
        capture_output=True, text=True,
    )  # fmt: skip


def test_the_command_line_asks_a_server(host):
    """The same answer as here, with the server's data, name servers and policy."""
    for arguments in (("--host", "www.example.net"), ("--host", "edge.example.net"), ("--host", TARGET)):
        mine, its = command(host, *arguments), there(host, *arguments)
        assert its.returncode == 0, its.stderr
        lines = its.stdout.splitlines()
        is_edge = "edge.example.net" in arguments
        assert [line for line in lines if not line.startswith("visitor")] == mine.stdout.splitlines()
        told = [line for line in lines if line.startswith("visitor")]
        assert bool(told) is not is_edge, "the server sees who asks"
    mine = json.loads(command(host, "--host", "--json", "shop.example.net").stdout)
    its = json.loads(there(host, "--host", "--json", "shop.example.net").stdout)
    assert its["visitor"] == {"address": "127.0.0.1", "match": "no"}
    for answer in (mine, its):
        del answer["started"], answer["duration_ms"], answer["visitor"]
        answer["addresses"][0]["network"]["is_visitor"] = None
    assert mine == its and its["warning_codes"] == ["behind-cdn"]
    assert host.prober.asked == []


def test_what_a_server_refuses_to_look_up(host):
    for name, status, title in (
        ("gone.example.net", 3, "Name not found"), ("10.0.0.1", 4, "Target not allowed"),
        ("internal.example.net", 4, "Target not allowed"), ("a b", 2, "Invalid host"),
        ("me", 4, "Target not allowed"),  # 127.0.0.1
    ):  # fmt: skip
        done = there(host, "--host", name)
        assert done.returncode == status and title in done.stderr, (name, done.stderr)
        assert done.stdout == ""
    assert there(host, "-4", "--host", "example.net").returncode == 0
    wrong = there(host, "-6", "--host", "example.net")
    assert wrong.returncode == 3, wrong.stderr
    assert subprocess.run([BUILD / "portlight", "--server", "http://127.0.0.1:1", "--host", TARGET],
                          capture_output=True).returncode == 5  # fmt: skip


def test_a_server_that_lies(host, data):
    """What a server says is made fit for a terminal, or refused."""
    evil = "93.184.215.0\t93.184.215.255\t64496\tDE\t\u009b31mB\u00f6se\n"
    host.table.write_bytes(make_table(data, {"ip2asn": evil}).read_bytes())
    done = there(host, "--host", TARGET)
    assert done.returncode == 0 and done.stdout.isascii() and "\x1b" not in done.stdout


def test_the_command_line_tells_a_cdn(host):
    done = command(host, "--explain", "edge.example.net", "443")
    assert "warning: edge.example.net points at Cloudflare." in done.stderr
    assert "accepts for everybody" in done.stdout and "Cloudflare" in done.stdout

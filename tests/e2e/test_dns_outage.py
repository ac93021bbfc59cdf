# SPDX-License-Identifier: BSD-2-Clause
"""Name servers that are gone, others that resolv.conf has later, and the names of a lab."""
import re
import shutil
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_dns import STOP_POLL_S, FakeDns
from frontend import TARGET
from service import wait_until

ROOT_ZONE = ""
SERVER, NOBODY = "127.9.8.7", "127.9.8.6"
RECOVERY_S = 30


class SystemDns(FakeDns):
    """On port 53, because resolv.conf can't name another."""

    def __init__(self, zone, address=SERVER):
        super().__init__(zone)
        self.address = address

    def _bind(self):
        self._tcp = socket.create_server((self.address, 53))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((self.address, 53))
        self._udp.settimeout(STOP_POLL_S)
        self._tcp.settimeout(STOP_POLL_S)


def fail_lookups(frontend, count=3):
    for number in range(count):
        name = f"n{number}.example.net"
        frontend.dns.zone[name] = {"timeout": True}
        assert frontend.check(name).problem["code"] == "dns-timeout"


def metric(frontend, name):
    return float(re.search(rf"^{re.escape(name)} (\S+)$", frontend.get("/metrics").text, re.M)[1])


def test_an_outage_is_seen_told_and_over(make_frontend):
    frontend = make_frontend()
    assert metric(frontend, "portlight_dns_up") == 1
    frontend.dns.zone[ROOT_ZONE] = {"timeout": True}
    fail_lookups(frontend)
    wait_until(lambda: frontend.get("/readyz").status == 503, "stays ready")
    assert frontend.get("/readyz").is_problem(503, "busy", "dns-down")
    assert frontend.get("/healthz").status == 200
    assert metric(frontend, "portlight_dns_up") == 0
    assert metric(frontend, 'portlight_lookups_failed_total{code="dns-timeout"}') == 3
    fail_lookups(frontend)
    assert frontend.log.count("the name servers do not answer") == 1
    assert frontend.check(TARGET).status == 200, "an address needs no name server"
    del frontend.dns.zone[ROOT_ZONE]
    wait_until(lambda: frontend.get("/readyz").status == 200, "stays down", RECOVERY_S)
    assert "the name servers answer again" in frontend.log


def test_names_whose_own_servers_are_gone_are_no_outage(make_frontend):
    """Otherwise visitors could put a checker out of service."""
    frontend = make_frontend()
    fail_lookups(frontend, 6)
    wait_until(lambda: frontend.dns.asked(ROOT_ZONE), "does not ask about the root")
    assert frontend.get("/readyz").status == 200
    assert "do not answer" not in frontend.log
    assert metric(frontend, 'portlight_lookups_failed_total{code="dns-nxdomain"}') == 0
    frontend.check("nobody.example.net")
    assert metric(frontend, 'portlight_lookups_failed_total{code="dns-nxdomain"}') == 1


def with_file(ours, system):
    """A wrapper in whose mount namespace a file of ours stands for the system's."""
    script = f'mount --bind {ours} {system} && exec "$@"'
    return ("unshare", "--mount", "sh", "-c", script, "sh")


@pytest.fixture
def moved(make_frontend):
    """A frontend whose resolv.conf names nobody, and the file."""
    frontend = make_frontend(start=False, resolver={"nameservers": [], "timeout-ms": 400})
    resolv_conf = frontend.directory / "resolv.conf"
    resolv_conf.write_text(f"nameserver {NOBODY}\n")
    frontend.start(*with_file(resolv_conf, "/etc/resolv.conf"))
    frontend.wait_ready()
    with SystemDns({"new.example.net": {"A": [TARGET]}}):
        assert frontend.check("new.example.net").status == 422
        yield frontend, resolv_conf


def test_resolv_conf_is_read_again_on_sighup(moved):
    frontend, resolv_conf = moved
    resolv_conf.write_text(f"# new\nsearch example.net\nnameserver {SERVER}\noptions edns0\n")
    frontend.process.send_signal(signal.SIGHUP)
    wait_until(lambda: f"other name servers now: {SERVER}" in frontend.log, "is not read")
    assert frontend.check("new.example.net").status == 200


def test_resolv_conf_is_read_again_when_nobody_answers(moved):
    frontend, resolv_conf = moved
    resolv_conf.write_text(f"nameserver {SERVER}\n")
    wait_until(
        lambda: frontend.check("new.example.net").status == 200, "never finds them", RECOVERY_S
    )


def test_a_reload_with_other_servers_loses_no_question(make_frontend):
    frontend = make_frontend(start=False, resolver={"nameservers": [], "timeout-ms": 10000})
    resolv_conf = frontend.directory / "resolv.conf"
    resolv_conf.write_text(f"nameserver {NOBODY}\n")
    frontend.start(*with_file(resolv_conf, "/etc/resolv.conf"))
    frontend.wait_ready()
    silent = SystemDns({"new.example.net": {"timeout": True}}, NOBODY)
    with silent, SystemDns({"new.example.net": {"A": [TARGET]}}):
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(frontend.check, "new.example.net")
            wait_until(lambda: silent.questions, "does not ask")
            resolv_conf.write_text(f"nameserver {SERVER}\n")
            frontend.process.send_signal(signal.SIGHUP)
            assert answer.result().status == 200
    assert f"other name servers now: {SERVER}" in frontend.log


def test_a_resolv_conf_that_is_yet_to_be_written(make_frontend):
    """At boot it may be a link to a file of a manager that has not started."""
    frontend = make_frontend(start=False, resolver={"nameservers": []})
    later = frontend.directory / "later.conf"
    etc = frontend.directory / "etc"
    shutil.copytree("/etc", etc, symlinks=True, ignore=shutil.ignore_patterns("resolv.conf"))
    (etc / "resolv.conf").symlink_to(later)
    frontend.start(*with_file(etc, "/etc"))
    frontend.wait_ready()
    with SystemDns({"new.example.net": {"A": [TARGET]}}):
        later.write_text(f"nameserver {SERVER}\n")
        frontend.process.send_signal(signal.SIGHUP)
        wait_until(lambda: f"other name servers now: {SERVER}" in frontend.log, "is not read")
        assert frontend.check("new.example.net").status == 200


def test_a_resolv_conf_that_names_nobody_changes_nothing(moved):
    frontend, resolv_conf = moved
    for number, text in enumerate(("", "nameserver\nnameserver x.example\n"), 1):
        resolv_conf.write_text(text)
        frontend.process.send_signal(signal.SIGHUP)
        wait_until(lambda n=number: frontend.log.count("[reload]") == n, "is not reloaded")
    assert "other name servers" not in frontend.log


# --- a lab ---------------------------------------------------------------------------------

LAB = {"nas.lan": "10.0.0.5", "nas": "10.0.0.6", "db.internal": "10.0.0.7"}
HOSTS = "127.0.0.1 localhost\n10.0.0.8\tprinter Printer.home # the old one\nfd00::8 printer\n"


@pytest.fixture(params=([], ["203.0.114.0/24"], ["10.0.0.0/8", "fd00::/8"]), ids=str)
def lab(request, make_frontend):
    frontend = make_frontend(start=False, policy={"allow": request.param})
    hosts = frontend.directory / "hosts"
    hosts.write_text(HOSTS)
    frontend.start(*with_file(hosts, "/etc/hosts"))
    frontend.wait_ready()
    frontend.dns.zone.update({name: {"A": [address]} for name, address in LAB.items()})
    return frontend, len(request.param) == 2


@pytest.mark.parametrize("name", LAB)
def test_names_of_a_lab(lab, name):
    frontend, is_lab = lab
    answer = frontend.check(name)
    if is_lab:
        assert answer.json["addresses"][0]["address"] == LAB[name]
    else:
        assert answer.problem["code"] in ("special-use-name", "not-fqdn")
        assert frontend.dns.questions == [] and frontend.prober.asked == []


@pytest.mark.parametrize("name", ("printer", "PRINTER.home"))
def test_the_hosts_file_of_a_lab(lab, name):
    frontend, is_lab = lab
    answer = frontend.check(name)
    if is_lab:
        addresses = [target["address"] for target in answer.json["addresses"]]
        assert addresses == (["10.0.0.8", "fd00::8"] if name == "printer" else ["10.0.0.8"])
        assert frontend.dns.questions == []
    else:
        assert answer.status == 422


def test_a_lab_still_has_a_policy(lab):
    frontend, is_lab = lab
    answer = frontend.check("localhost")
    assert answer.status == (403 if is_lab else 422)
    assert frontend.prober.asked == []

# SPDX-License-Identifier: BSD-2-Clause
"""The inspector with the real prober, three routers away from real and hostile servers, under the
policy that a public checker has: the addresses look like anybody's, and a default route would let
out whatever it should not send."""
import csv
import pathlib
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import inspect_wire  # noqa: E402
from inspecting_service import InspectingService  # noqa: E402
from network import Network  # noqa: E402
from packets import SYN, Capture  # noqa: E402
from scenarios import PUBLIC  # noqa: E402
from service import ROOT, free_listen, wait_until  # noqa: E402
from tls_servers import Authority  # noqa: E402

HOSTILE = pathlib.Path(__file__).with_name("hostile_services.py")
CROWD = 64
CROWD_ADDRESSES = [f"45.30.3.{101 + number}" for number in range(CROWD)]
ODD = {"silent": "45.30.3.201", "flood": "45.30.3.202", "noise": "45.30.3.203", "reset": "45.30.3.204",
       "alerts": "45.30.3.205"}  # fmt: skip
WRITES_NOTHING = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@pytest.fixture(scope="module")
def network():
    with Network(PUBLIC, scenarios=()) as net:
        for family in (4, 6):
            net.ip("prober", family, f"route add default via {net.address(family, 'r1')}")
        for address in (*CROWD_ADDRESSES, *ODD.values()):
            net.ip("target", 4, f"addr add {address}/32 dev left")
        net.python("target", HOSTILE, *(f"{address}:443:trickle" for address in CROWD_ADDRESSES),
                   *(f"{address}:443:{kind}" for kind, address in ODD.items()))  # fmt: skip
        yield net


@pytest.fixture(scope="module")
def authority(network):
    """Its leaf is for the target's addresses: names would need a resolver, which is out here."""
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        authority = Authority(directory)
        authority.issue("leaf", key="rsa2048", subject="/CN=target",
                        names=f"IP:{network.address(4, 'target')},IP:{network.address(6, 'target')}")  # fmt: skip
        yield authority


@pytest.fixture(scope="module")
def service(network, authority):
    limits = {"client-quota": 0, "target-quota": 0, "client-targets": 0, "client-checks": 1000}
    with InspectingService(network, authority.directory / "root.pem", listen=free_listen(), limits=limits,
                          inspector={"keep-s": 0, "target-quota": 0}) as service:  # fmt: skip
        yield service


def listens(network, *ports):
    """Waits until somebody does, without a connection that a server would tell of."""
    wanted = {f":{port}" for port in ports}

    def all_do():
        lines = network.run("target", "ss", "-Hltn").splitlines()
        return all(any(line.split()[3].endswith(end) for line in lines) for end in wanted)

    wait_until(all_do, f"nobody listens on {ports}", 30)


@pytest.fixture(scope="module")
def servers(network, authority):
    """nginx, stunnel, slapd and dovecot on the ports that are theirs."""
    with tempfile.TemporaryDirectory(prefix="portlight-servers-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        chain, key = authority.chain("leaf", "middle"), authority.directory / "leaf.key"
        (directory / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {directory}/pid; error_log {directory}/log;\nevents {{}}\n"
            f"http {{ access_log {directory}/access; client_body_temp_path {directory}/b; proxy_temp_path {directory}/p;\n"
            f"fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;\n"
            f"ssl_certificate {chain}; ssl_certificate_key {key};\n"
            "server { listen 45.30.3.2:443 ssl http2; listen [::]:443 ssl; return 204; }\n"
            "server { listen 8080; return 301 https://elsewhere.example/x; } }\n")  # fmt: skip
        (directory / "stunnel.conf").write_text(
            f"foreground = yes\npid =\ncert = {chain}\nkey = {key}\n[imaps]\naccept = :::993\nconnect = 127.0.0.1:1\n")
        (directory / "slapd.conf").write_text(
            f"include /etc/ldap/schema/core.schema\npidfile {directory}/slapd\nTLSCertificateFile {chain}\n"
            f'TLSCertificateKeyFile {key}\ndatabase ldif\nsuffix "dc=lab"\ndirectory {directory}\n')  # fmt: skip
        (directory / "dovecot.conf").write_text(
            f"protocols = imap\nlisten = *, ::\nbase_dir = {directory}/run\nlog_path = {directory}/dovecot.log\n"
            f"ssl = required\nssl_cert = <{chain}\nssl_key = <{key}\n"
            "passdb {\n driver = static\n args = nopassword=y\n}\nuserdb {\n driver = static\n args = uid=1 gid=1 home=/\n}\n"
            "service imap-login {\n inet_listener imap {\n  port = 143\n }\n inet_listener imaps {\n  port = 0\n }\n}\n")  # fmt: skip
        for command in (("/usr/sbin/nginx", "-c", directory / "nginx.conf"),
                        ("/usr/bin/stunnel4", directory / "stunnel.conf"),
                        ("/usr/sbin/slapd", "-d", "0", "-f", directory / "slapd.conf", "-h", "ldap:///"),
                        ("/usr/sbin/dovecot", "-F", "-c", directory / "dovecot.conf")):  # fmt: skip
            network.popen("target", *command, **WRITES_NOTHING)
        listens(network, 443, 8080, 993, 389, 143)
        yield directory


# --- real servers -----------------------------------------------------------------------------


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("port, starttls, alpn", [(443, None, "h2"), (993, None, None), (389, "ldap", None), (143, "imap", None)])
def test_a_certificate_of_a_real_server(port, starttls, alpn, family, servers, service, network):
    tls = service.look(network.address(family, "target"), port)
    assert (tls["state"], tls["problems"], tls["starttls"]) == ("trusted", [], starttls), tls
    assert tls["certificate"]["matches"] and tls["sni"] is None
    if family == 4:
        assert tls["handshake"]["alpn"] == alpn
    assert tls["connect_ms"] > 0 and tls["trust"]["anchor"] == "CN=Test Root"


@pytest.mark.parametrize("port, protocol, by, status", [
    (443, "http", "request", 204), (8080, "http", "request", 301), (993, "tls", "request", None),
    (389, "ldap", "request", None), (143, "imap", "greeting", None),
])  # fmt: skip
def test_a_real_server_answers(port, protocol, by, status, servers, service, network):
    found = service.look(network.address(4, "target"), port, service="true")
    assert (found["answered"], found["protocol"], found["by"], found["http_status"]) == ("yes", protocol, by, status)
    assert found["text"] is None, "of somebody else's server"
    assert found["location"] == ("elsewhere.example" if port == 8080 else None)


def test_a_check_looks_behind_its_open_ports_only(servers, service, network):
    status, answer = service.check(network.address(4, "target"), 143, 8080, 22, service="true")
    ports = {port["port"]: port for address in answer["addresses"] for port in address["ports"]}
    assert status == 200 and {port: found["state"] for port, found in ports.items()} == {
        143: "open", 8080: "open", 22: "closed"}  # fmt: skip
    assert ports[143]["service_answer"]["protocol"] == "imap" and ports[8080]["service_answer"]["http_status"] == 301
    assert ports[22]["service_answer"] is None


def written(capture):
    """What is in the file so far; nothing while its last record is cut."""
    try:
        return capture.packets()
    except (struct.error, IndexError, ValueError):
        return []


def test_one_polite_connection_for_an_inspection(servers, service, network, tmp_path):
    """A SYN of the prober's, which completes nothing, and one connection with a FIN and without a
    RST of ours."""
    target = network.address(4, "target")
    with Capture(network, "prober", tmp_path / "capture", "tcp port 143") as capture:
        assert service.look(target, 143)["state"] == "trusted"
        # tcpdump may be a little behind
        wait_until(lambda: any(packet.flags & 1 and packet.dst == target for packet in written(capture)), "our FIN")
    sent = [packet for packet in capture.packets() if packet.dst == target]
    flows = {}
    for packet in sent:
        flows.setdefault(packet.sport, []).append(packet.flags)
    completed = [flags for flags in flows.values() if any(flag & 0x10 and not flag & 4 for flag in flags)]
    assert len(completed) == 1, flows
    [inspection] = completed
    assert any(flag & 1 for flag in inspection) and not any(flag & 4 for flag in inspection)
    assert len([flags for flags in flows.values() if flags[0] == SYN]) >= 2, "the prober asked first"


# --- hostile servers ---------------------------------------------------------------------------

OUTCOMES = {"silent": ("unknown", ["tls-silent"]), "flood": ("failed", ["chain-too-big"]),
            "noise": ("not-tls", ["not-tls"]), "reset": ("failed", ["reset"]),
            "alerts": ("failed", ["handshake-failed"])}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_a_hostile_server(kind, service):
    tls = service.look(ODD[kind], 443)
    assert (tls["state"], [problem["code"] for problem in tls["problems"]]) == OUTCOMES[kind]
    assert tls["certificate"] is None


def workers_of(client):
    client.socket.send(struct.pack(">BQ", inspect_wire.PING, 7))
    messages = []
    while not messages or messages[-1][0] != inspect_wire.PONG:
        messages.append(client.receive())
    return struct.unpack(">I", messages[-1][-4:])[0]


def test_a_crowd_that_trickles_does_not_delay_an_honest_server(servers, service, network):
    """All 64 are at work before it is asked and still when it has answered."""
    with inspect_wire.Client(service.inspector_socket) as client:
        for job, address in enumerate(CROWD_ADDRESSES):
            client.socket.send(inspect_wire.ask(job, address, 443))
        wait_until(lambda: workers_of(client) == CROWD, "all of them at work")
        tls = service.look(network.address(4, "target"), 443)
        assert (tls["state"], tls["problems"]) == ("trusted", [])
        assert workers_of(client) == CROWD, "answered while they were trickling"
    wait_until(lambda: "\nportlight_inspector_workers 0\n" in service.request("GET", "/metrics")[1], "their end")
    assert 'workers_killed_total{by="signal"} 0' in service.request("GET", "/metrics")[1]


def test_many_visitors_of_hostile_servers(service):
    """The same by way of the frontend, which gives one visitor no more than a share."""
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda address: service.look(address, 443), CROWD_ADDRESSES[:16]))
    assert {tls["state"] for tls in found} == {"unknown"}


# --- whom it must not connect to -------------------------------------------------------------------


def denied():
    with open(ROOT / "tests/data/ip_boundary_vectors.csv", newline="") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    return [row[0] for row in rows[1:] if row[1] == "deny"]


def test_a_frontend_gone_bad_reaches_nobody_inside(service, network, tmp_path):
    """Not a packet for any of them, though there is a route; nor to a port beyond the list."""
    addresses = denied()
    assert len(addresses) > 200
    with Capture(network, "prober", tmp_path / "capture", "tcp") as capture:
        with inspect_wire.Client(service.inspector_socket) as client:
            for job, address in enumerate(addresses):
                for kind in (0, 1):
                    assert client.refusal(inspect_wire.ask(job, address, 443, kind=kind)) == inspect_wire.POLICY, address
            for job, port in enumerate((1, 24, 111, 2049, 6443, 9200, 65535)):
                assert client.refusal(inspect_wire.ask(job, "45.30.3.2", port)) == inspect_wire.POLICY
    assert capture.packets() == []


@pytest.mark.parametrize("path", ["/api/v1/tls?host={}", "/api/v1/host?host={}",
                                  "/api/v1/check?ports=443&service=true&host={}"])  # fmt: skip
def test_a_visitor_reaches_nobody_inside(path, service, network, tmp_path):
    import json

    with Capture(network, "prober", tmp_path / "capture") as capture:
        for address in denied():
            status, body = service.request("GET", path.format(address))
            assert status in (403, 422), (address, body)
            assert json.loads(body)["type"] in ("/problems/target-not-allowed", "/problems/invalid-host"), body
    assert [packet for packet in capture.packets() if packet.flags is not None] == []

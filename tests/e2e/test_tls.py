# SPDX-License-Identifier: BSD-2-Clause
"""What /api/v1/tls says of certificates and servers of every kind: the real portlightd and
portlight-inspector, with a prober that calls every port open."""
import pathlib
import subprocess
import tempfile
from contextlib import contextmanager

import pytest

from frontend import Frontend
from service import BUILD, wait_until
from test_openapi import conforms
from tls_servers import AIA, Authority, Script, TlsServer

NAME = "www.tls-lab.net"


class Inspected:
    """A frontend and an inspector; `ask` looks at a port of loopback."""

    def __init__(self, frontend, authority):
        self.frontend, self.authority = frontend, authority
        self.process = None

    def start(self):
        log = open(self.frontend.directory / "inspector.log", "ab")
        with log:
            self.process = subprocess.Popen(
                [BUILD / "portlight-inspector", "-c", self.frontend.config], stderr=log)  # fmt: skip
        wait_until(lambda: "\nportlight_inspector_up 1\n" in self.frontend.get("/metrics").text,
                   "the inspector")  # fmt: skip

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0, self.log

    @property
    def log(self):
        return (self.frontend.directory / "inspector.log").read_text()

    def get(self, port, host=NAME, **parameters):
        query = "&".join(f"{key}={value}" for key, value in {"host": host, "port": port, **parameters}.items())
        return self.frontend.get(f"/api/v1/tls?{query}")

    def ask(self, port, host=NAME, **parameters):
        answer = self.get(port, host, **parameters)
        assert answer.status == 200, answer
        [address] = answer.json["addresses"]
        return address.get("tls") or address["service"]


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tls")
    directory.chmod(0o755)
    return Authority(directory)


@contextmanager
def inspected_by(authority, directory, limits=None, **inspector):
    directory.chmod(0o755)  # three daemons, three users
    # ports come again: an answer that was kept would be another server's
    with Frontend(
        policy={"any-port": True, "allow": ["127.0.0.0/8"]},
        limits=limits or {},
        inspector={"enabled": True, "socket": str(directory / "i" / "inspector.sock"),
                   "roots": str(authority.directory / "root.pem"), "target-quota": 0, "keep-s": 0, **inspector},
    ) as frontend:  # fmt: skip
        frontend.dns.zone[NAME] = frontend.dns.zone["deep.www.tls-lab.net"] = {"A": ["127.0.0.1"]}
        inspected = Inspected(frontend, authority)
        inspected.socket = directory / "i" / "inspector.sock"
        try:
            inspected.start()
            yield inspected
        finally:
            inspected.stop()


@pytest.fixture(scope="session")
def inspected(authority):
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory:
        with inspected_by(authority, pathlib.Path(directory)) as inspected:
            yield inspected


def codes(tls):
    return [problem["code"] for problem in tls["problems"]]


def seen(inspected, name, chain=("middle",), *options, **parameters):
    with TlsServer(inspected.authority, name, chain, *options) as server:
        return inspected.ask(server.port, **parameters)


def test_a_good_certificate_with_all_that_is_known_of_it(inspected, authority):
    authority.issue("good")
    tls = seen(inspected, "good")
    assert (tls["state"], codes(tls)) == ("trusted", [])
    certificate = tls["certificate"]
    assert certificate["names"] == [NAME] and certificate["matches"]
    assert certificate["subject"] == f"CN={NAME}"
    assert (certificate["key"], certificate["bits"]) == ("ec", 256)
    assert certificate["lifetime_days"] == 60 and certificate["days_left"] in (59, 60)
    assert [one["role"] for one in tls["chain"]] == ["leaf", "intermediate"]
    assert tls["valid_until"] == certificate["not_after"]
    assert tls["trust"]["anchor"] == "CN=Test Root" and tls["trust"]["date"]
    assert tls["handshake"]["version"] == "TLSv1.3" and tls["sni"] == NAME
    assert tls["handshake"]["client_certificate"] == "not-asked"
    der = authority.directory / "good.der"
    subprocess.run(["openssl", "x509", "-in", authority.directory / "good.pem", "-outform", "DER",
                    "-out", der], check=True)  # fmt: skip
    import hashlib

    assert certificate["sha256"] == hashlib.sha256(der.read_bytes()).hexdigest()


# name: what issue() gets, the chain sent, the state, the problems in order
CERTIFICATES = {
    "rsa": ({"key": "rsa2048"}, ("middle",), "trusted", []),
    "ed25519": ({"key": "ED25519"}, ("middle",), "trusted", []),
    "p384": ({"key": "ec384"}, ("middle",), "trusted", []),
    "expired": ({"start": "20200101000000Z", "end": "20200301000000Z"}, ("middle",), "untrusted", ["expired"]),
    "future": ({"start": "20450101000000Z", "end": "20450301000000Z"}, ("middle",), "untrusted", ["not-yet-valid"]),
    "selfsigned": ({"issuer": None}, (), "untrusted", ["self-signed"]),
    "wrongname": ({"names": "DNS:other.tls-lab.net"}, ("middle",), "untrusted", ["name-mismatch"]),
    "wildcard": ({"names": "DNS:*.tls-lab.net"}, ("middle",), "trusted", []),
    "partial": ({"names": "DNS:w*.tls-lab.net"}, ("middle",), "untrusted", ["name-mismatch"]),
    "apex": ({"names": "DNS:tls-lab.net"}, ("middle",), "untrusted", ["name-mismatch"]),
    "star": ({"names": "DNS:*"}, ("middle",), "untrusted", ["name-mismatch"]),
    "case": ({"names": "DNS:WWW.TLS-lab.net"}, ("middle",), "trusted", []),
    "trailingdot": ({"names": "DNS:www.tls-lab.net."}, ("middle",), "untrusted", ["name-mismatch"]),
    "nosan": ({"names": None}, ("middle",), "untrusted", ["no-san"]),
    "nosanother": ({"names": None, "subject": "/CN=other"}, ("middle",), "untrusted", ["name-mismatch"]),
    "weakkey": ({"key": "rsa1024"}, ("middle",), "untrusted", ["weak-key"]),
    "sha1": ({"digest": "sha1"}, ("middle",), "untrusted", ["weak-signature"]),
    "forclients": ({"extensions": ["extendedKeyUsage=clientAuth"]}, ("middle",), "untrusted", ["wrong-usage"]),
    "critical": ({"extensions": ["1.2.3.4=critical,ASN1:UTF8:x"]}, ("middle",), "untrusted", ["critical-extension"]),
    "muststaple": ({"extensions": ["tlsfeature=status_request"]}, ("middle",), "untrusted", ["must-staple-missing"]),
    "incomplete": ({"extensions": [AIA]}, (), "untrusted", ["chain-incomplete"]),
    "nointermediate": ({}, (), "untrusted", ["untrusted-root"]),
    "long": ({"days": 825}, ("middle",), "trusted", ["lifetime-too-long"]),
    "soon": ({"start": "20260101000000Z", "days": 5}, ("middle",), "trusted", ["expires-soon"]),
    "rootsent": ({}, ("middle", "root"), "trusted", ["root-sent"]),
    "twice": ({}, ("middle", "middle"), "trusted", ["chain-duplicate"]),
    "extra": ({}, ("middle", "good"), "trusted", ["chain-extra"]),
    "standin": ({"names": "DNS:localhost", "subject": "/CN=localhost"}, ("middle",), "untrusted", ["name-mismatch", "default-certificate"]),
    "ipasname": ({"names": "DNS:127.0.0.1"}, ("middle",), "untrusted", ["name-mismatch"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CERTIFICATES)
def test_certificates(name, inspected, authority):
    arguments, chain, state, problems = CERTIFICATES[name]
    if not (authority.directory / "good.pem").exists():
        authority.issue("good")
    authority.issue(name, **arguments)
    # a server of the same distribution refuses to show weak ones unless told to
    tls = seen(inspected, name, chain, "-cipher", "ALL:@SECLEVEL=0")
    assert (tls["state"], codes(tls)) == (state, problems)
    for problem in tls["problems"]:
        assert problem["summary"] and problem["advice"] and "{" not in problem["summary"]


def test_a_foreign_root(inspected, authority, tmp_path):
    other = Authority(tmp_path)
    other.issue("leaf")
    with TlsServer(other, "leaf", ("middle", "root")) as server:
        tls = inspected.ask(server.port)
    assert (tls["state"], codes(tls)) == ("untrusted", ["untrusted-root"])


def test_an_address_needs_an_entry_of_its_own(inspected, authority):
    authority.issue("good")
    authority.issue("ipsan", names="IP:127.0.0.1")
    tls = seen(inspected, "ipsan", host="127.0.0.1")
    assert (tls["state"], codes(tls), tls["sni"]) == ("trusted", [], None)
    tls = seen(inspected, "good", host="127.0.0.1")
    assert (tls["state"], codes(tls)) == ("untrusted", ["ip-mismatch"])


def test_two_labels_below_a_wildcard(inspected, authority):
    authority.issue("wild2", names="DNS:*.tls-lab.net")
    tls = seen(inspected, "wild2", host="deep.www.tls-lab.net")
    assert codes(tls) == ["name-mismatch"]


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_client_certificate(version, inspected, authority):
    authority.issue("good")
    asked = seen(inspected, "good", ("middle",), version, "-verify", "1")
    assert (asked["state"], codes(asked)) == ("trusted", [])
    assert asked["handshake"]["client_certificate"] == "asked"
    required = seen(inspected, "good", ("middle",), version, "-Verify", "1")
    assert (required["state"], codes(required)) == ("trusted", ["client-cert-required"])


def test_old_versions(inspected, authority):
    authority.issue("good")
    tls = seen(inspected, "good", ("middle",), "-tls1", "-cipher", "ALL:@SECLEVEL=0")
    assert tls["state"] == "failed" and codes(tls)[0] == "no-common-version"
    assert tls["certificate"]["names"] == [NAME], "dates and names are shown all the same"


def test_the_name_decides(inspected, authority):
    authority.issue("good")
    authority.issue("stranger", names="DNS:stranger.tls-lab.net")
    options = ["-servername", NAME, "-cert2", str(authority.directory / "good.pem"),
               "-key2", str(authority.directory / "good.key")]  # fmt: skip
    tls = seen(inspected, "stranger", ("middle",), *options)
    assert tls["certificate"]["names"] == [NAME]


def test_alpn_is_only_offered_where_it_is_known(inspected, authority):
    authority.issue("good")
    tls = seen(inspected, "good", ("middle",), "-alpn", "weird")
    assert (tls["state"], tls["handshake"]["alpn"]) == ("trusted", None)


# --- servers that are no TLS servers, or hostile ----------------------------------------------


def say(data, then=None):
    def act(server, connection):
        connection.sendall(data)
        server.received.append(connection.recv(4096))
        if then:
            then(connection)
        while connection.recv(4096):
            pass

    return act


def trickle(server, connection):
    """A record that never ends."""
    connection.sendall(b"\x16\x03\x03\x40\x00\x02")
    while True:
        connection.sendall(b"\x00")
        connection.settimeout(0.02)
        try:
            connection.recv(4096)
        except TimeoutError:
            pass


def flood(data):
    def act(server, connection):
        while True:
            connection.sendall(data)

    return act


def silent(server, connection):
    while connection.recv(4096):
        pass


def reset(server, connection):
    import socket
    import struct

    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


HOSTILE = {
    "http": (say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not-tls", "not-tls-http"),
    "ssh": (say(b"SSH-2.0-OpenSSH_9.2\r\n"), "not-tls", "not-tls-ssh"),
    "mail": (say(b"220 mail ESMTP\r\n"), "not-tls", "not-tls-mail"),
    "garbage": (say(b"\x00\xff" * 200), "not-tls", "not-tls"),
    "closes": (lambda server, connection: connection.recv(4096), "failed", "closed-in-handshake"),
    "resets": (reset, "failed", "reset"),
    "silent": (silent, "unknown", "tls-silent"),
    "trickles": (trickle, "unknown", "tls-silent"),
    "alert": (say(b"\x15\x03\x03\x00\x02\x02\x70"), "failed", "unrecognized-name"),
    "version": (say(b"\x15\x03\x03\x00\x02\x02\x46"), "failed", "no-common-version"),
    "cipher": (say(b"\x15\x03\x03\x00\x02\x02\x28"), "failed", "no-common-cipher"),
    "empty records": (flood(b"\x16\x03\x03\x00\x00" * 1000), "failed", "handshake-failed"),
    "warnings": (flood(b"\x15\x03\x03\x00\x02\x01\x5a" * 1000), "failed", "handshake-failed"),
    "records": (flood(b"\x16\x03\x03\x40\x00" + b"\x02\x3f\xff\xff" + bytes(16380)), "failed", "chain-too-big"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_servers(name, inspected):
    act, state, code = HOSTILE[name]
    with Script(act) as server:
        tls = inspected.ask(server.port)
    assert (tls["state"], codes(tls)) == (state, [code])
    assert tls["certificate"] is None and tls["handshake"] is None


def ask_from(inspected, source, port):
    return inspected.frontend.request("GET", f"/api/v1/tls?host={NAME}&port={port}", source=source)


def test_one_visitor_gets_no_more_than_a_share_of_the_workers(authority):
    from concurrent.futures import ThreadPoolExecutor
    from contextlib import ExitStack

    limits = {"client-quota": 100_000, "client-checks": 1000, "client-targets": 0, "target-quota": 0}
    with tempfile.TemporaryDirectory(prefix="portlight-tls-") as directory, ExitStack() as stack:
        inspected = stack.enter_context(inspected_by(authority, pathlib.Path(directory), limits=limits))
        pool = stack.enter_context(ThreadPoolExecutor(64))
        servers = [stack.enter_context(Script(silent)) for _ in range(64)]
        answers = list(pool.map(lambda server: ask_from(inspected, "127.0.0.1", server.port), servers))
    refused = [answer for answer in answers if answer.status != 200]
    assert 0 < len(refused) < 64, "one client holds a third of 96 at a time"
    assert all(answer.is_problem(503, "busy") for answer in refused)


def test_many_hostile_servers_leave_room_for_an_honest_one(inspected, authority):
    from concurrent.futures import ThreadPoolExecutor
    from contextlib import ExitStack

    authority.issue("good")
    with ExitStack() as stack, ThreadPoolExecutor(64) as pool:
        servers = [stack.enter_context(Script(trickle)) for _ in range(64)]
        with TlsServer(authority, "good") as honest:
            asked = [pool.submit(ask_from, inspected, f"127.{place + 1}.0.1", server.port)
                     for place, server in enumerate(servers)]  # fmt: skip
            wait_until(lambda: "\nportlight_inspector_workers 64\n" in inspected.frontend.get("/metrics").text,
                       "all of them at work")  # fmt: skip
            tls = inspected.ask(honest.port)
            assert tls["state"] == "trusted"
            assert not any(answer.done() for answer in asked), "answered while they were trickling"
        assert {answer.result().json["addresses"][0]["tls"]["state"] for answer in asked} == {"unknown"}


def test_a_port_that_is_closed_after_the_check(inspected):
    with Script(silent) as server:
        port = server.port
    tls = inspected.ask(port)
    assert (tls["state"], codes(tls)) == ("unreachable", ["refused"])


def test_answers_are_as_the_description_says(inspected, authority):
    schemas = inspected.frontend.get("/openapi.json").json["components"]["schemas"]
    authority.issue("good")
    with TlsServer(authority, "good", ("middle", "root")) as good, Script(silent) as mute:
        answers = [inspected.get(good.port), inspected.get(mute.port), inspected.get(mute.port, service="true")]
    for answer in answers:
        conforms(answer.json, schemas["Inspected"], schemas)
    names = {state for state in schemas["Inspected"]["properties"]["addresses"]["items"]["properties"]["tls"]
             ["properties"]["state"]["enum"]}  # fmt: skip
    assert {answer.json["addresses"][0]["tls"]["state"] for answer in answers[:2]} <= names


def test_no_worker_was_killed_by_its_sandbox(inspected):
    """The last of the tests that share this inspector."""
    metrics = inspected.frontend.get("/metrics").text
    assert 'portlight_inspector_workers_killed_total{by="signal"} 0' in metrics
    assert "ended by signal" not in inspected.log

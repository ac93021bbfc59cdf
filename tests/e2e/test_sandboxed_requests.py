# SPDX-License-Identifier: BSD-2-Clause
"""Whatever visitors and name servers write, portlightd's own sandbox never kills it.

The largest and the oddest of each kind.  test_largest.py has the answers, and
test_sandboxed_faults.py what happens to the daemon itself.
"""
import http.client
import itertools
import os
import socket
import threading

import pytest

from frontend import TARGET, TARGET_IPV6, Frontend
from json_bodies import ACCEPTED, refused
from sandboxed import unharmed
from service import ROOT
from test_dns import ROWS
from test_raw_http import LENGTHS

PORTS = "22,443,25"
HEADERS_MAX_LEN, DNS_S = 8192, 2
NAME_MAX = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])  # 253 bytes
HOSTS = {
    "the longest name": NAME_MAX,
    "a byte more": NAME_MAX + "d",
    "127 labels": ".".join("a" * 127),
    "a label of 64": "a" * 64 + ".net",
    "4,000 bytes": "a" * 4000,
    "IDN of the greatest length": ".".join(["ü" * 50] * 4),
    "IDN of many scripts": "пример.例え.مثال.उदाहरण.네트",
    "IDN to be composed": "u\u0308" * 60 + ".net",
    "IDN of 4-byte letters": "\U00010437" * 30 + ".net",
    "IDN that maps to many": "\ufdfa" * 10 + ".net",
    "joiners": "a\u200d\u200c.net",
    "right to left": "\u202eten.elpmaxe",
    "A-label of nonsense": "xn--" + "9" * 59 + ".net",
    "A-labels": ".".join(["xn--nxasmq6b"] * 20),
    "dots": "." * 300,
    "no UTF-8": "\udcff\udcfe",
    "IPv4 in every way": "0x7f.0.0.1",
    "IPv6 with a zone": "fe80::1%eth0",
    "IPv6 with a long zone": "fe80::1%" + "x" * 500,
    "a URL": "http://user:password@example.net:80/path?query#fragment",
    "me": "me",
    "NUL": "a\0b.net",
    "controls": "".join(map(chr, range(1, 32))),
}
ACCEPTS = ("application/json", "text/plain", "text/event-stream", "*/*", "x" * 2000)
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "X" * 50)
PATHS = [
    "/", "/en", "/de", "/live", "/live/en", "/live/de", "/api/v1/check", "/api/v1/me",
    "/api/v1/ports", "/api/v1/limits", "/healthz", "/readyz", "/metrics", "/pcap/" + "0" * 32,
    "/docs", "/docs/", "/problems/busy", "/.well-known/security.txt", "/favicon.ico",
    "/host", "/host/en", "/host/de", "/api/v1/host", "/probe", "/api/v1/places", "/tls", "/api/v1/tls",
    "/nothing", "/../etc/passwd", "/%2e%2e/x", "//", "/" + "x" * 4000, "*",
]  # fmt: skip
LONG = {
    "a header that is too long": {"X": "y" * HEADERS_MAX_LEN * 2},
    "a header that is nearly too long": {"X": "y" * (HEADERS_MAX_LEN - 500)},
    "many headers": {f"X-{i}": "y" for i in range(60)},
    "too many headers": {f"X-{i}": "y" for i in range(500)},
    "proxies without end": {"X-Forwarded-For": ", ".join(["198.51.100.7"] * 400)},
    "proxies in the other form": {"Forwarded": ", ".join(['for="[2001:db8::1]:443"'] * 200)},
    "languages": {"Accept-Language": ",".join(f"x{i};q=0.{i:03}" for i in range(500))},
    "encodings": {"Accept-Encoding": ",".join(["gzip;q=0.5"] * 500)},
    "tags": {"If-None-Match": ",".join(['"x"'] * 1000)},
    "a browser of elsewhere": {"Origin": "https://" + "x" * 4000, "Sec-Fetch-Site": "cross-site"},
    "a name that is not ours": {"Referer": "http://" + "x" * 4000 + "/"},
}
DNS = {
    "a thousand addresses": {"A": [f"93.184.{i >> 8}.{i & 255}" for i in range(1000)]},
    "as many as TCP carries": {"A": [f"93.184.{i >> 8}.{i & 255}" for i in range(2100)]},
    "as many of IPv6": {"AAAA": [f"2606:4700::{i:x}" for i in range(1500)]},
    "a chain of aliases": {"A": [TARGET], "CNAME_chain": 300},
    "aliases to the longest name": {"A": [TARGET], "CNAME": NAME_MAX},
    "an answer for the longest name": {"A": [TARGET], "owner": NAME_MAX},
    "an alias of odd bytes": {"A": [TARGET], "CNAME": "\x1b[2J.\r\n.%s%n"},
    "truncated, silent over TCP": {"TC": True, "tcp": {"timeout": True}},
    "no answer": {"timeout": True},
    "both families": {"A": [TARGET] * 60, "AAAA": [TARGET_IPV6] * 60},
    "not found over TCP": {"TC": True, "tcp": {"rcode": "NXDOMAIN"}},
}


@pytest.fixture(scope="module")
def tough():
    """One daemon for all; each test is told apart by `attacked`."""
    limits = {"client-connections": 0}
    with Frontend(limits=limits, http={"trusted-proxies": ["127.0.0.1"]}) as frontend:
        yield frontend


@pytest.fixture
def attacked(tough):
    def answers():
        return tough.check(TARGET, 443).status == 200 and tough.get("/metrics").status == 200

    with unharmed(tough.process, answers, lambda: tough.log):
        yield tough


def try_all(asks):
    """How many were answered; refusals come in many forms."""
    answered = 0
    for ask in asks:
        try:
            answered += ask().status > 0
        except (http.client.HTTPException, ConnectionError, UnicodeError, ValueError):
            pass  # hung up on; or no Python client would send it
    return answered


def test_bodies(attacked):
    bodies = [sent for sent, *_ in refused().values()] + list(ACCEPTED.values())
    assert try_all(lambda body=body: attacked.post(body) for body in bodies) == len(bodies)


def test_lengths_and_what_only_a_socket_sends(attacked):
    for request in LENGTHS.values():
        attacked.raw(request + b"\r\n\r\n")
    for first in (b"", b"\0" * 20000, b"\xff" * 20000, b"GET " + b"/" * 20000, b"\r\n" * 10000,
                  b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"):  # fmt: skip
        attacked.raw(first + b"\r\n\r\n")


@pytest.mark.parametrize("case", HOSTS)
def test_hosts(attacked, case):
    host = HOSTS[case]

    def asks():
        for path in ("/api/v1/check", "/", "/de", "/live", "/live/de"):
            for accept in ACCEPTS[:3]:
                yield lambda path=path, accept=accept: attacked.check(
                    host, 443, path=path, headers={"Accept": accept}
                )
        yield lambda: attacked.post({"host": host, "ports": [443]})

    asked = len(list(asks()))
    assert try_all(asks()) == (asked if "no UTF-8" not in case else 1)


def test_every_route_method_and_form(attacked):
    asks = [
        lambda method=method, path=path, accept=accept, query=query: attacked.request(
            method, path + query, headers={"Accept": accept, "Accept-Language": "de"}
        )
        for method, path, accept in itertools.product(METHODS, PATHS, ACCEPTS)
        for query in ("", f"?host={TARGET}&ports={PORTS}&packets=true&trace=true")
    ]
    assert try_all(asks) > len(asks) * 0.9


MADE = ("/docs/about", "/docs/de/about", "/docs/api")  # for each visit


def test_every_file(attacked):
    www = ROOT / "frontend" / "www"
    files = [path.relative_to(www) for path in www.rglob("*") if path.is_file()]
    assert len(files) > 10
    for file in files:
        path = "/" + str(file).removesuffix(".html")
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            answer = attacked.get(path, headers)
            if answer.status == 200:
                tag = answer.header("ETag")
                assert tag is not None or path in MADE
                if tag is None:
                    continue
                assert attacked.get(path, {"If-None-Match": tag}).status == 304
            assert attacked.request("HEAD", path, headers=headers).status == answer.status


@pytest.mark.parametrize("case", LONG)
def test_long_headers(attacked, case):
    for path in ("/", "/api/v1/me", f"/api/v1/check?host={TARGET}&ports=443"):
        try_all([lambda path=path: attacked.get(path, LONG[case])])


@pytest.mark.parametrize("case", DNS)
def test_answers_of_name_servers(attacked, case):
    attacked.dns.zone["odd.vectors.net"] = DNS[case]
    for path in ("/api/v1/check", "/de"):
        for family in ("any", "ipv4", "ipv6"):
            attacked.check("odd.vectors.net", 443, path=path, family=family)


def test_all_that_name_servers_say_of_a_host(attacked):
    """More names than are shown, each of the greatest length."""
    names = [f"{i:03}" + NAME_MAX[3:] for i in range(200)]
    attacked.dns.zone["much.vectors.net"] = {
        "A": [TARGET] * 60, "AAAA": [TARGET_IPV6], "CNAME_chain": 20,
        "NS": names, "MX": [(i, name) for i, name in enumerate(names)],
    }  # fmt: skip
    pointer = ".".join(reversed(TARGET.split("."))) + ".in-addr.arpa"
    attacked.dns.zone[pointer] = {"PTR": names}
    for host in ("much.vectors.net", TARGET, TARGET_IPV6, NAME_MAX, "me"):
        for path in ("/api/v1/host", "/host/en", "/host/de"):
            for accept in ACCEPTS[:3]:
                answer = attacked.get(f"{path}?host={host}", {"Accept": accept})
                assert answer.status in (200, 403, 406, 422), answer


def test_every_row_of_name_servers(attacked):
    for number, (behaviour, *_) in enumerate(ROWS):
        if "timeout" not in str(behaviour):
            attacked.dns.zone[f"s{number}.vectors.net"] = behaviour
            attacked.check(f"s{number}.vectors.net", 443)


def test_visitors_who_leave(attacked):
    """In the middle of everything, with a reset."""
    attacked.prober.delay_s = 0.2
    requests = [
        f"GET {path}?host={TARGET}&ports={PORTS} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        for path in ("/", "/live", "/api/v1/check")
    ]
    address, port = attacked.listen.split(":")
    try:
        for request in requests * 10:
            for length in (10, len(request) - 1, len(request)):
                with socket.create_connection((address, int(port))) as sock:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    sock.sendall(request[:length])
    finally:
        attacked.prober.delay_s = 0


def test_the_other_family(make_frontend):
    """Visitors over IPv6, and over IPv4 at a socket of IPv6; the name server over IPv6."""
    frontend = make_frontend(start=False)
    port = frontend.listen.split(":")[1]
    frontend.config.write_text(
        frontend.config.read_text().replace(frontend.listen, f"[::]:{port}")
    )
    frontend.start()
    frontend.wait_ready()
    with unharmed(frontend.process, lambda: frontend.get("/healthz").status == 200):
        for host in ("127.0.0.1", "::1"):
            connection = http.client.HTTPConnection(host, int(port), timeout=10)
            connection.request("GET", f"/api/v1/check?host={TARGET}&ports=443")
            assert connection.getresponse().status == 200
            connection.close()


TRUNCATED, SERVFAIL = b"\x83\x80", b"\x81\x82"


def serve_badly(sock):
    """Each answer says to come by TCP, where nobody is, or that it failed."""
    for flags in itertools.cycle([TRUNCATED, SERVFAIL]):
        try:
            question, peer = sock.recvfrom(4096)
        except OSError:
            return  # the test is over
        sock.sendto(question[:2] + flags + question[4:6] + bytes(6) + question[12:], peer)


def test_name_servers_over_ipv6(make_frontend):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as bad:
        bad.bind(("::1", 0))
        bad.settimeout(DNS_S)
        thread = threading.Thread(target=serve_badly, args=(bad,))
        thread.start()
        servers = [f"[::1]:{bad.getsockname()[1]}", "[::1]:1", "127.0.0.1:1"]
        frontend = make_frontend(resolver={"nameservers": servers, "timeout-ms": 500})
        with unharmed(frontend.process, lambda: frontend.get("/healthz").status == 200):
            for number in range(5):
                assert frontend.check(f"n{number}.vectors.net", 443).status == 422
        thread.join()


def test_no_debugger_of_the_same_user(make_frontend):
    """As systemd starts it, as its own user: nothing but its own word makes it undumpable, and
    then its /proc/PID belongs to root."""
    frontend = make_frontend(start=False)
    frontend.directory.chmod(0o777)
    frontend.start("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    assert os.stat(f"/proc/{frontend.process.pid}/environ").st_uid == 0

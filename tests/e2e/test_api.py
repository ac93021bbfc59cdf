# SPDX-License-Identifier: BSD-2-Clause
"""The API of docs/api.md, asked rightly: endpoints, forms, methods, headers."""
import re
from datetime import datetime

import pytest

from fake_prober import DROPPED
from frontend import TARGET, TARGET_IPV6

PORTS = [21, 22, 23, 25, 53, 80, 110, 143, 389, 443, 445, 465, 587, 853, 993, 995, 1433, 3306,
         3389, 5432, 5900, 6379, 8080, 8443, 25565]  # fmt: skip
PORT_KEYS = {"port", "service", "state", "reason", "disposition", "actor", "confidence",
             "evidence", "rtt_ms", "sent", "responder", "ttl", "hops", "actor_hop", "icmp", "path",
             "summary", "advice"}  # fmt: skip
FREE = ["/api/v1/me", "/api/v1/ports", "/api/v1/limits", "/healthz", "/readyz", "/metrics", "/"]
EVERYWHERE = [*FREE, f"/api/v1/check?host={TARGET}&ports=443", "/api/v1/check", "/api/v1/nothing",
              "/nothing"]  # fmt: skip
DUAL = "dual.vectors.net"
CROSS_SITE = [
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site"},
    # over plain HTTP browsers send no Fetch Metadata
    {"Origin": "http://elsewhere.example"},
    {"Origin": "null"},
    {"Referer": "http://elsewhere.example/page", "Accept": "image/avif,*/*"},
    {"Referer": "http://elsewhere.example/page"},
]  # fmt: skip
OWN_SITE = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
     "Sec-Fetch-User": "?1"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
     "Sec-Fetch-User": "?1"},
    {"Referer": "http://elsewhere.example/page", "Accept": "text/html,application/json;q=0.9"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.proxy.example"},
]  # fmt: skip


@pytest.fixture
def dual(frontend):
    frontend.dns.zone[DUAL] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    return frontend


def timeless(answer):
    result = answer.json
    del result["started"], result["duration_ms"]
    return result


def test_get_and_post_are_the_same(dual):
    asked = {"host": DUAL, "ports": [443, 22, 25], "family": "any", "trace": False}
    posted = dual.post(asked)
    got = dual.check(DUAL, 443, 22, 25, family="any", trace="false")
    assert (posted.status, got.status) == (200, 200)
    assert timeless(posted) == timeless(got)
    assert dual.prober.asked[:2] == dual.prober.asked[2:]


def test_result(dual):
    answer = dual.check(DUAL, 443, 22, 25)
    result = answer.json
    assert answer.header("Content-Type") == "application/json"
    assert set(result) == {"host", "started", "duration_ms", "addresses", "warnings",
                           "warning_codes"}
    assert result["host"] == DUAL
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", result["started"])
    assert datetime.fromisoformat(result["started"])
    assert result["duration_ms"] >= 0
    assert [(found["address"], found["family"]) for found in result["addresses"]] == [
        (TARGET, "ipv4"), (TARGET_IPV6, "ipv6")]  # fmt: skip
    for found in result["addresses"]:
        assert [port["port"] for port in found["ports"]] == [443, 22, 25]
        assert all(PORT_KEYS <= set(port) for port in found["ports"])


def test_verdicts(frontend):
    ports = frontend.check(TARGET, 443, 22, 25).json["addresses"][0]["ports"]
    https, ssh, smtp = ports
    words = ("service", "state", "reason", "disposition", "actor", "confidence")
    assert [https[word] for word in words] == [
        "https", "open", "syn-ack", "accept", "host", "certain"]  # fmt: skip
    assert [ssh[word] for word in words] == [
        "ssh", "filtered", "no-response", "drop", "unknown", "likely"]  # fmt: skip
    assert [smtp[word] for word in words] == [
        "smtp", "filtered", "icmp-admin-prohibited", "reject", "path", "certain"]  # fmt: skip
    assert (https["rtt_ms"], https["ttl"], https["hops"], https["actor_hop"]) == (23.1, 52, 12, 12)
    assert https["responder"] == TARGET and https["icmp"] is None and https["path"] is None
    assert [ssh[key] for key in ("rtt_ms", "responder", "ttl", "hops", "icmp")] == [None] * 5
    assert (ssh["sent"], ssh["evidence"]) == (8, ["no-sign-of-life"])
    assert smtp["icmp"] == {"type": 3, "code": 13} and smtp["responder"] == "192.0.2.9"
    assert all(port["summary"] for port in ports)


@pytest.mark.parametrize("written, canonical", [
    ("2606:4700:4700:0000:0000:0000:0000:1111", TARGET_IPV6),
    ("2606:4700:4700::1111", TARGET_IPV6),
    ("2606:4700:4700::ABCD", "2606:4700:4700::abcd"),
])  # fmt: skip
def test_ipv6_literal(frontend, written, canonical):
    result = frontend.check(written, 443).json
    assert [found["address"] for found in result["addresses"]] == [canonical]
    assert frontend.prober.addresses == [canonical]


def test_ports_come_as_boxes_too(frontend):
    answer = frontend.get(f"/api/v1/check?host={TARGET}&ports=443&ports=22")
    assert [port["port"] for port in answer.json["addresses"][0]["ports"]] == [443, 22]


def test_families_that_differ_are_a_warning(dual):
    assert dual.check(DUAL, 443, 995).json["warnings"] == []
    dual.prober.verdicts[TARGET_IPV6, 995] = DROPPED
    assert len(dual.check(DUAL, 443, 995).json["warnings"]) == 1


def test_trace_and_packets_may_be_asked_for(frontend):
    assert frontend.check(TARGET, 443, trace="true", packets="true").status == 200


def test_me(frontend):
    assert frontend.get("/api/v1/me").json == {"address": "127.0.0.1", "family": "ipv4"}


def test_ports(frontend):
    ports = frontend.get("/api/v1/ports").json["ports"]
    assert [port["port"] for port in ports] == PORTS
    assert ports[1]["service"] == "ssh"
    assert all(port["service"] and port["description"] for port in ports)


def test_limits(frontend):
    limits = frontend.get("/api/v1/limits").json
    assert limits["max_ports"] == 3 and limits["timeout_ms"] == 3000


def test_health_and_readiness(frontend):
    assert frontend.get("/healthz").status == 200
    assert frontend.get("/readyz").status == 200


def test_metrics(frontend):
    def read():
        answer = frontend.get("/metrics")
        assert answer.header("Content-Type").startswith("text/plain; version=0.0.4")
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        sample = r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})? \d+(\.\d+)?'
        assert all(re.fullmatch(sample, line) for line in lines)
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    opened = 'portlight_verdicts_total{state="open",disposition="accept"}'
    malformed = 'portlight_problems_total{type="malformed-request"}'
    before = read()
    frontend.check(TARGET, 443)
    frontend.check(TARGET, 0)
    after = read()
    assert after[opened] == before.get(opened, 0) + 1
    assert after[malformed] == before[malformed] + 1
    assert after["portlight_requests_total"] == before["portlight_requests_total"] + 3
    assert after["portlight_prober_up"] == 1
    assert after["portlight_checks_pending"] == 0


def test_plain_text(dual):
    answer = dual.check(TARGET, 443, 80, 22, headers={"Accept": "text/plain"})
    assert answer.header("Content-Type").startswith("text/plain")
    assert answer.text == (
        "443/tcp open accept host 23.1ms\n"
        "80/tcp closed refuse host 0.500ms\n"
        "22/tcp filtered drop unknown\n"
    )
    both = dual.check(DUAL, 443, headers={"Accept": "text/plain"})
    assert sorted(both.text.splitlines()) == sorted(
        f"{address} 443/tcp open accept host 23.1ms" for address in (TARGET, TARGET_IPV6)
    )


def test_plain_text_problem(frontend):
    answer = frontend.check("127.0.0.1", 443, headers={"Accept": "text/plain"})
    assert answer.status == 403
    assert answer.header("Content-Type").startswith("text/plain")
    assert "address-not-public" in answer.text and answer.text.count("\n") == 1


def test_events(dual):
    answer = dual.check(DUAL, 443, 22, headers={"Accept": "text/event-stream"})
    assert answer.header("Content-Type") == "text/event-stream"
    assert answer.header("Cache-Control") == "no-store"
    names = [name for name, _ in answer.events]
    assert names == ["resolved", "port", "port", "port", "port", "done"]
    resolved, *ports, done = (data for _, data in answer.events)
    assert [found["address"] for found in resolved["addresses"]] == [TARGET, TARGET_IPV6]
    assert {(port["address"], port["port"]) for port in ports} == {
        (address, port) for address in (TARGET, TARGET_IPV6) for port in (443, 22)
    }
    assert all(PORT_KEYS <= set(port) for port in ports)
    assert timeless(dual.check(DUAL, 443, 22)) == {
        key: value for key, value in done.items() if key not in ("started", "duration_ms")
    }


def test_events_of_a_literal(frontend):
    answer = frontend.check(TARGET, 443, headers={"Accept": "text/event-stream"})
    assert [name for name, _ in answer.events] == ["resolved", "port", "done"]


def test_events_end_with_an_error(frontend):
    answer = frontend.check("nx.vectors.net", 443, headers={"Accept": "text/event-stream"})
    ((name, problem),) = answer.events
    assert (name, problem["type"], problem["code"]) == (
        "error", "/problems/name-not-found", "dns-nxdomain")  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_headers(frontend, path):
    answer = frontend.get(path)
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Referrer-Policy") == "same-origin"
    assert answer.header("Cache-Control") == "no-store"
    policy = answer.header("Content-Security-Policy")
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "server" not in answer.headers


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/", "/api/v1", "/api/v2/check", "//",
                                  "/api/v1/check/", "/index.html", "/../etc/passwd", "/%2e%2e/"])
def test_not_found(frontend, path):
    assert frontend.get(path).is_problem(404, "not-found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize("path", [*FREE, "/api/v1/check"])
def test_method_not_allowed(frontend, method, path):
    if (method, path) == ("POST", "/api/v1/check"):
        return
    answer = frontend.request(method, path, body=b"")
    assert answer.is_problem(405, "method-not-allowed"), answer
    allowed = set(answer.header("Allow").split(", "))
    assert allowed == {"GET", "HEAD", "OPTIONS"} | ({"POST"} if "check" in path else set())


@pytest.mark.parametrize("path", [*FREE, "/api/v1/check"])
def test_options(frontend, path):
    answer = frontend.request("OPTIONS", path)
    assert (answer.status, answer.body) == (204, b"")
    assert "GET" in answer.header("Allow")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", [*FREE, f"/api/v1/check?host={TARGET}&ports=443", "/nothing"])
def test_head_is_get_without_a_body(frontend, path):
    got, head = frontend.get(path), frontend.request("HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert head.header("Content-Type") == got.header("Content-Type")
    assert int(head.header("Content-Length")) > 0


@pytest.mark.parametrize("headers", CROSS_SITE)
@pytest.mark.parametrize("path", ["/api/v1/check", "/"])
def test_another_site_can_not_make_a_browser_probe(dual, headers, path):
    asked = len(dual.dns.questions)
    answer = dual.check(DUAL, 443, path=path, headers=headers)
    if path == "/" and headers.get("Sec-Fetch-Dest") == "document":
        assert answer.status == 200 and "Press Check" in answer.text, "the form, filled in"
    else:
        assert answer.is_problem(403, "cross-site"), answer
    assert dual.prober.asked == []
    assert len(dual.dns.questions) == asked


@pytest.mark.parametrize("headers", OWN_SITE)
@pytest.mark.parametrize("path", ["/api/v1/check", "/"])
def test_visitors_may(frontend, headers, path):
    assert frontend.check(TARGET, 443, path=path, headers=headers).status == 200


@pytest.mark.parametrize("path", ("/api/v1/check", "/live"))
def test_an_event_source_that_comes_back_asks_no_more(frontend, path):
    """Browsers repeat the request when the stream has ended, with the last event's id."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": "1"}
    answer = frontend.get(f"{path}?host={TARGET}&ports=443", headers)
    assert (answer.status, answer.text) == (204, "")
    assert frontend.prober.asked == []
    answer = frontend.get(f"/api/v1/check?host={TARGET}&ports=443", {"Last-Event-ID": "1"})
    assert answer.status == 200

# SPDX-License-Identifier: BSD-2-Clause
"""http.names: a page that points its own name at this server's address gets nothing."""
import json

import pytest

from frontend import TARGET, Frontend


@pytest.fixture(scope="module")
def named():
    with Frontend(http={"names": ["ports.example.net", "Check.Example.org"]}) as frontend:
        yield frontend


def ask(frontend, host, path=f"/api/v1/check?host={TARGET}&ports=443"):
    """Status and, of a problem, its type."""
    head, _, body = frontend.raw(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        "Connection: close\r\n\r\n".encode()
    ).partition(b"\r\n\r\n")
    status = int(head.split()[1])
    return status, json.loads(body)["type"] if status >= 400 else None


@pytest.mark.parametrize("host", [
    "ports.example.net", "PORTS.example.net:8080", "check.example.org", "localhost:8080",
    "127.0.0.1:8080", "[::1]:8080", "203.0.113.9",
])  # fmt: skip
def test_own_names_and_addresses(named, host):
    assert ask(named, host) == (200, None)


@pytest.mark.parametrize("host", [
    "evil.example.com", "ports.example.net.evil.example.com", "ports.example.ne", "xports.example.net",
    "ports.example.net.", "127.0.0.1.evil.example.com", "[::1", "localhost.evil.example.com",
    "a" * 300,
])  # fmt: skip
@pytest.mark.parametrize("path", [f"/api/v1/check?host={TARGET}&ports=443", "/", "/api/v1/me"])
def test_other_names(named, host, path):
    named.prober.forget()
    assert ask(named, host, path) == (421, "/problems/misdirected-request")
    assert named.prober.asked == []


def test_without_names_any_will_do(frontend):
    assert ask(frontend, "anything.example.com") == (200, None)


@pytest.mark.parametrize("path", ("/healthz", "/readyz", "/metrics"))
def test_what_the_operator_asks_answers_to_any_name(named, path):
    named.wait_ready()
    assert ask(named, "portlightd:8090", path) == (200, None)

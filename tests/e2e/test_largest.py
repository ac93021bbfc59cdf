# SPDX-License-Identifier: BSD-2-Clause
"""The largest answers, in every form, from the daemon in its real sandbox.

The sanitized builds have no sandbox: only here is seen what it lets the daemon do.
"""
import http.client
import re

import pytest

from frontend import TARGET, TARGET_IPV6
from largest import ADDRESSES, NAME, PORTS, pcap_times, prepare, times_of
from sandboxed import unharmed

PROBER_MAX = 192  # PACKET_LOG_MAX: of a whole check
TRAIL_MAX = 512  # TRAIL_PACKETS_MAX: what the frontend takes of any prober
COUNTS = (PROBER_MAX, TRAIL_MAX)
HOSTS = {"IPv4": TARGET, "IPv6": TARGET_IPV6, "both": NAME}
PAGES = ("/", "/en", "/de", "/live", "/live/en", "/live/de")
GERMAN = {"Accept-Language": "de"}
EVERYTHING = {"trace": "true", "packets": "true"}


@pytest.fixture(params=COUNTS)
def largest(request, make_frontend):
    frontend = make_frontend()
    prepare(frontend, request.param)
    frontend.packets = request.param
    with unharmed(frontend.process, lambda: frontend.get("/healthz").status == 200):
        yield frontend


def ask(frontend, host, **parameters):
    return frontend.check(host, *PORTS, **EVERYTHING, **parameters)


def addresses_of(host):
    return [address for address in ADDRESSES if host in (NAME, address)]


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("path", PAGES)
def test_page_and_its_file(largest, path, host):
    for headers in ({}, GERMAN):
        answer = ask(largest, host, path=path, headers=headers)
        assert answer.status == 200
        german = path.endswith("de") or (headers and not path.endswith("en"))
        assert ("Warum wir das sagen" if german else "Why we say so") in answer.text
        [link] = set(re.findall(r"(?<=\")(?:\.\./)*(pcap/[0-9a-f]{32})", answer.text))
        file = largest.get("/" + link)
        assert file.header("Content-Type") == "application/vnd.tcpdump.pcap"
        assert pcap_times(file.body) == sorted(
            time for address in addresses_of(host) for port in PORTS
            for time in times_of(address, port, largest.packets)
        )  # fmt: skip


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_json(largest, host):
    get = ask(largest, host)
    post = largest.post({"host": host, "ports": PORTS, "trace": True, "packets": True})
    for answer in (get, post):
        assert answer.status == 200
        assert [each["address"] for each in answer.json["addresses"]] == addresses_of(host)
        for address in answer.json["addresses"]:
            for port in address["ports"]:
                assert len(port["packets"]) == largest.packets
                since = [packet["time_ms"] for packet in port["packets"]]
                assert min(since) == 0 and max(since) < 10_000, "since the earliest"
                assert len(port["path"]["hops"]) == 30


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_text(largest, host):
    text = ask(largest, host, headers={"Accept": "text/plain"}).text
    assert text.count("filtered") == len(PORTS) * len(addresses_of(host))


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_events(largest, host):
    """All of them at the same time; packets beyond what our prober sends may be cut off."""
    try:
        answer = ask(largest, host, headers={"Accept": "text/event-stream"})
    except http.client.IncompleteRead:
        assert largest.packets > PROBER_MAX
        return
    names = [name for name, _ in answer.events]
    assert names == ["resolved"] + ["port"] * len(PORTS) * len(addresses_of(host)) + ["done"]

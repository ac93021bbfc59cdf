# SPDX-License-Identifier: BSD-2-Clause
"""The largest answer of many places, in every form, from the daemon in its real sandbox."""
import struct
from contextlib import ExitStack

import pytest

import wire
from fake_prober import FakeProber
from frontend import TARGET, TARGET_IPV6, Frontend
from largest import ADDRESSES, LOST, NAME, PORTS, prepare, trail
from sandboxed import unharmed
from service import wait_until

PLACES = [f"place-{number:02}" for number in range(16)]  # PLACES_ASKED_MAX
PACKETS = 192 // len(PORTS)  # PACKET_LOG_MAX: of a whole check
ALL = {"from": "all", "trace": "true"}
PLACE = struct.pack(">BBIQIIIII", 135, 1, 0x000200, 1_000_000, 0, 0, 0, 0, 1)  # it is there


class FakePlace(FakeProber):
    """A place's socket, as portlight-fleet offers it."""

    def _take(self, connection, data):
        if data[0] == wire.PING:
            connection.send(PLACE)
        super()._take(connection, data)
        if data[0] == wire.HELLO:
            connection.send(PLACE)


@pytest.fixture(scope="module")
def frontend(tmp_path_factory):
    directory = tmp_path_factory.mktemp("places")
    for part in (directory, *directory.parents[:-2]):  # below /tmp
        part.chmod(0o755)
    with ExitStack() as stack:
        for number, name in enumerate(PLACES):
            place = stack.enter_context(FakePlace(directory / f"{name}.sock"))
            for target in ADDRESSES:
                for port in PORTS:
                    place.trails[target, port] = trail(target, port, PACKETS)
                    if number % 2:
                        place.verdicts[target, port] = LOST
        longest = "W" * 48
        frontend = stack.enter_context(Frontend(fleet={
            "places": [f"{name}; {longest}; DE; AS4294967295; -89.123456; -179.123456" for name in PLACES],
            "directory": str(directory), "max-places": len(PLACES),
        }))  # fmt: skip
        prepare(frontend, PACKETS)
        wait_until(lambda: all(place["status"] == "up" for place in frontend.get("/api/v1/places").json["places"]),
                   "all places")  # fmt: skip
        with unharmed(frontend.process, lambda: frontend.get("/healthz").status == 200):
            yield frontend


@pytest.mark.parametrize("host", (TARGET, TARGET_IPV6, NAME), ids=("IPv4", "IPv6", "both"))
def test_all_places_answer_in_every_form(frontend, host):
    addresses = [address for address in ADDRESSES if host in (NAME, address)]
    for parameters in ({}, {"packets": "true"}):
        answer = frontend.check(host, *PORTS, **ALL, **parameters)
        assert answer.status == 200, answer
        assert [place["place"] for place in answer.json["places"]] == PLACES
        for number, place in enumerate(answer.json["places"]):
            assert place["status"] == "answered"
            assert [each["address"] for each in place["addresses"]] == addresses
            for address in place["addresses"]:
                assert [port["port"] for port in address["ports"]] == list(PORTS)
                if number % 2:  # silent there, open at the others
                    assert all(len(port["path"]["hops"]) == 30 for port in address["ports"])
        for path in ("/", "/en", "/de", "/live/en", "/live/de"):
            page = frontend.check(host, *PORTS, path=path, **ALL, **parameters)
            assert page.status == 200
            assert all(name in page.text for name in PLACES)
        text = frontend.check(host, *PORTS, headers={"Accept": "text/plain"}, **ALL, **parameters).text
        assert all(name in text for name in PLACES)
        # (all at the same moment: with packets, of more than the usual places may be cut off)
        asked = PLACES[:5] if parameters else PLACES
        events = frontend.check(
            host, *PORTS, headers={"Accept": "text/event-stream"},
            **{**ALL, "from": ",".join(asked)}, **parameters
        ).text  # fmt: skip
        assert events.count("event: place\n") == len(asked)

# SPDX-License-Identifier: BSD-2-Clause
"""A checker behind private addresses shows them to nobody: page, JSON, text, pcap, socket."""
import ipaddress
import urllib.parse

import pytest

import wire
from network import Network
from scenarios import PUBLIC
from service import Service, free_listen

OPEN, SILENT, ROUTER = 443, 3389, 22
PREFIX = {4: "10.9.0.0/24", 6: "fd00:9::/64"}


def ours(family, host):
    return str(ipaddress.ip_network(PREFIX[family])[host])


@pytest.fixture(scope="module")
def network():
    """PUBLIC, but between the checker (2) and the first router (1) addresses are private."""
    with Network(PUBLIC) as net:
        for family in (4, 6):
            bits = PREFIX[family].split("/")[1]
            nodad = " nodad" if family == 6 else ""
            at = net.addressing.at
            net.ip("prober", family, f"addr add {ours(family, 2)}/{bits} dev right{nodad}")
            net.ip("r1", family, f"addr add {ours(family, 1)}/{bits} dev left{nodad}")
            net.ip("r2", family, f"route add {PREFIX[family]} via {at(family, 2, 1)}")
            net.ip("target", family, f"route add {PREFIX[family]} via {at(family, 3, 1)}")
            way = f"via {ours(family, 1)} src {ours(family, 2)}"
            net.ip("prober", family, f"route replace {net.addressing.routed(family)} {way}")
            public = net.address(family, "prober")
            net.ip("prober", family, f"addr del {public}/{24 if family == 4 else 64} dev right")
        yield net


@pytest.fixture(scope="module")
def service(network):
    with Service(network, listen=free_listen()) as service:
        yield service


@pytest.fixture(scope="module")
def frank(network):
    with Service(network, listen=free_listen(), policy={"show-own": True}) as service:
        yield service


def check(service, network, family, accept, **parameters):
    status, answer = service.check(
        network.address(family, "target"), OPEN, SILENT, accept=accept,
        trace="true", packets="true", **parameters,
    )  # fmt: skip
    assert status == 200, answer
    return answer


def spellings(family):
    """Everything that could show an address of ours."""
    for host in (1, 2):
        address = ipaddress.ip_address(ours(family, host))
        yield str(address)
        yield address.packed.hex()


@pytest.mark.parametrize("family", (4, 6))
def test_json(family, service, network):
    answer = check(service, network, family, "application/json")
    text = str(answer).lower()
    for spelling in spellings(family):
        assert spelling not in text, spelling
    ports = answer["addresses"][0]["ports"]
    assert [port["state"] for port in ports] == ["open", "filtered"]
    first = ports[1]["path"]["route"][0] if "route" in ports[1]["path"] else ports[1]["path"]["hops"][0]
    assert first["address"] == "private" and first["rtt_ms"] is not None
    sent = [packet for packet in ports[0]["packets"] if packet["direction"] == "sent"]
    assert {packet["from"] for packet in sent} == {"private"}
    assert {packet["to"] for packet in sent} == {network.address(family, "target")}


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("accept", ("text/plain", "text/html"))
@pytest.mark.parametrize("language", ("en", "de"))
def test_pages(family, accept, language, service, network):
    query = urllib.parse.urlencode({
        "host": network.address(family, "target"), "ports": f"{OPEN},{SILENT}",
        "trace": "true", "packets": "true",
    })  # fmt: skip
    path = ("/?" if accept == "text/html" else "/api/v1/check?") + query
    headers = {"Accept": accept, "Accept-Language": language, "Sec_Fetch_Site": "same-origin"}
    status, body = service.request("GET", path, **headers)
    assert status == 200, body
    for spelling in spellings(family):
        assert spelling not in body.lower(), spelling
    assert ("privat" in body) if language == "de" and accept == "text/html" else "private" in body


@pytest.mark.parametrize("family", (4, 6))
def test_the_socket_has_none_either(family, service, network):
    """Whoever takes the frontend over learns no more."""
    with wire.Client(service.socket) as client:
        flags = wire.TRACE | wire.PACKETS
        client.send(wire.check(1, network.address(family, "target"), [SILENT], flags=flags))
        raw = b""
        while not raw.endswith(b"last"):
            message = client.socket.recv(4096)
            raw += message
            if message[0] == wire.RESULT:
                break
    for host in (1, 2):
        assert ipaddress.ip_address(ours(family, host)).packed not in raw


@pytest.mark.parametrize("family", (4, 6))
def test_the_command(family, service, network):
    target = network.address(family, "target")
    for arguments in (["--trace"], ["--trace", "--json"], ["--trace", "--packets"]):
        done = service.command(*arguments, target, SILENT)
        said = (done.stdout + done.stderr).lower()
        assert "private" in said, said
        for spelling in spellings(family):
            assert spelling not in said, spelling


@pytest.mark.parametrize("family", (4, 6))
def test_a_capture_file_and_another_machine(family, service, network, tmp_path):
    """The command reads "private" from a server, too, and writes zeroes."""
    target = network.address(family, "target")
    for number, arguments in enumerate(([], ["--server", f"http://{service.listen}"])):
        path = tmp_path / f"{number}.pcap"
        done = service.command(*arguments, "--trace", "--pcap", path, target, SILENT)
        assert "private" in done.stdout, done.stdout + done.stderr
        data = path.read_bytes()
        assert ipaddress.ip_address(target).packed in data
        for host in (1, 2):
            assert ipaddress.ip_address(ours(family, host)).packed not in data


@pytest.mark.parametrize("family", (4, 6))
def test_unless_the_operator_says_so(family, frank, network):
    text = str(check(frank, network, family, "application/json"))
    assert ours(family, 1) in text and ours(family, 2) in text
    assert "private" not in text

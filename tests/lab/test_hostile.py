# SPDX-License-Identifier: BSD-2-Clause
"""A frontend gone bad: random, mutated and forbidden messages by the hundred thousand."""
import ipaddress
import os
import pathlib
import subprocess
import threading

import pytest

import wire
from network import Network
from packets import SYN, Capture
from scenarios import PUBLIC
from service import Service

MESSAGES = 20_000_000 if os.environ.get("PORTLIGHT_SOAK") else 1_000_000
# The default policy's: a changed byte turns one allowed port into another.
PORTS = {21, 22, 23, 25, 53, 80, 110, 143, 389, 443, 445, 465, 587, 853, 993, 995, 1433, 3306,
         3389, 5432, 5900, 6379, 8080, 8443, 25565}  # fmt: skip
OPEN, CLOSED = 443, 22
GROWTH_MAX_KB = 64 * 1024  # what a full house of probes may take, not a leak


@pytest.fixture(scope="module")
def network():
    with Network(PUBLIC) as net:
        for family in (4, 6):
            net.ip("prober", family, f"route add default via {net.address(family, 'r1')}")
        yield net


@pytest.fixture(scope="module")
def prober(network):
    with Service(network, prober={"max-rate": 2000}) as service:
        yield service


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    program = tmp_path_factory.mktemp("hostile") / "hostile"
    source = pathlib.Path(__file__).with_name("hostile.c")
    subprocess.run(["gcc", "-O2", "-D_GNU_SOURCE", "-o", program, source], check=True, timeout=60)
    return program


def memory_kb(process):
    """What it has allocated and touched; the capture ring is not part of it."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def honest_client(prober, address, done, wrong):
    """What another client is told meanwhile."""
    with wire.Client(prober.socket) as client:
        job = 0
        while not done.is_set():
            job += 1
            for message in client.ask(address, OPEN, CLOSED, job=job):
                if isinstance(message, wire.Refused):
                    if message.reason != "busy":
                        wrong.append(message)
                elif message.state != {OPEN: "open", CLOSED: "closed"}[message.port]:
                    wrong.append(message)
    if job < 5:
        wrong.append(f"only {job} checks")


def run(program, *arguments):
    """What it counted."""
    said = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=3000, check=True
    ).stdout.split()
    return dict(zip(said[::2], map(int, said[1::2])))


def test_a_hostile_client(network, prober, hostile):
    before = memory_kb(prober.prober), descriptors(prober.prober)
    done, wrong = threading.Event(), []
    honest = threading.Thread(
        target=honest_client, args=(prober, network.address(4, "target"), done, wrong)
    )
    honest.start()
    try:
        with Capture(network, "prober", prober.directory / "hostile.pcap") as capture:
            counts = run(hostile, prober.socket, "1", str(MESSAGES))
            run(hostile, prober.socket, "2", "20000", "well-formed")
    finally:
        done.set()
        honest.join()
    assert counts["sent"] == MESSAGES
    # (how many depends on how busy the machine is)
    assert counts["sessions"] > 50 and counts["answers"] > MESSAGES / 1000, counts
    assert wrong == []
    assert prober.prober.poll() is None, prober.log("prober")
    assert_lawful(capture.packets())
    with wire.Client(prober.socket) as client:
        assert client.is_alive()
        [answer] = client.ask(network.address(6, "target"), OPEN)
        assert answer.state == "open"
    assert memory_kb(prober.prober) < before[0] + GROWTH_MAX_KB
    assert len(prober.log("prober").splitlines()) < 1000, "it fills the log"
    assert descriptors(prober.prober) <= before[1] + 1


def assert_lawful(packets):
    """Every packet that left: to a public address, every SYN to an allowed port."""
    sent = [packet for packet in packets if packet.outgoing]
    syns = [packet for packet in sent if packet.flags == SYN]
    assert len(syns) > 200
    assert {packet.dport for packet in syns} <= PORTS
    for address in {packet.dst for packet in sent if packet.flags is not None}:
        assert may_be_probed(ipaddress.ip_address(address)), address


def may_be_probed(address):
    """By the IANA registries (docs/security.md, "Addresses"); the made-up network is public."""
    if address.version == 6:
        return address in ipaddress.ip_network("2000::/3") and not any(
            address in ipaddress.ip_network(prefix)
            for prefix in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48",
                           "3ffe::/16", "3fff::/20")
        )  # fmt: skip
    return not any(
        address in ipaddress.ip_network(prefix)
        for prefix in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                       "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
                       "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
                       "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
                       "240.0.0.0/4")
    )  # fmt: skip



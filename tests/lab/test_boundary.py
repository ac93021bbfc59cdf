# SPDX-License-Identifier: BSD-2-Clause
"""The prober against clients that lie: it decides by its own configuration.

This prober runs on the built-in defaults, in a network of addresses that look
public, with a default route: whatever it should not send would really leave.
"""
import array
import csv
import os
import pathlib
import random
import socket
import subprocess
import sys
import time

import pytest

import wire
from network import Network
from packets import Capture, SYN
from scenarios import PUBLIC
from service import ROOT, Service, wait_until

HERE = pathlib.Path(__file__).parent
OPEN, CLOSED, SILENT = 443, 22, 25
NOBODY = 65534
EMBEDDED = ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b", "2002::/16", "ISATAP")


@pytest.fixture(scope="module")
def network():
    with Network(PUBLIC) as net:
        for family in (4, 6):
            net.ip("prober", family, f"route add default via {net.address(family, 'r1')}")
        yield net


@pytest.fixture(scope="module")
def prober(network):
    with Service(network) as service:
        yield service


@pytest.fixture(scope="module")
def strict(network):
    """A configuration that allows less and has opt-outs."""
    deny = [f"{network.address(4, 'target')}/32", f"{network.address(6, 'target')}/128"]
    policy = {"max-ports": 2, "timeout-ms": 1000, "deny": deny}
    with Service(network, policy=policy, limits={"target-quota": 4}) as service:
        yield service


@pytest.fixture
def client(prober):
    with wire.Client(prober.socket) as client:
        yield client


def load_vectors():
    with open(ROOT / "tests/data/ip_boundary_vectors.csv", newline="") as file:
        return list(csv.DictReader(file))


# --- malformed messages -------------------------------------------------------------------

A_CHECK = wire.check(1, "45.30.3.2", [OPEN])
CLIENT_MESSAGES = {
    "ping": wire.encode(wire.PING, 1),
    "check": A_CHECK,
    "cancel": wire.encode(wire.CANCEL, 1),
}
PROBER_MESSAGES = {
    "welcome": wire.encode(wire.WELCOME, wire.MAGIC, wire.VERSION, 3, 3000, 600),
    "pong": wire.encode(wire.PONG, 1, 0, 0, 0, 0),
    "refused": wire.refused(1, "port-not-allowed", 0),
    "result": wire.Verdict().encode(1, OPEN),
}
NONSENSE = {
    "nothing": b"",
    "type 0": bytes(7),
    "type 5": b"\x05" + bytes(6),
    "type 128": b"\x80" + bytes(6),
    "type 255": b"\xff" * 7,
    "longer than any": bytes(300),
    "longer than any, starting well": A_CHECK + bytes(4096),
}


def raw_check(family=4, packed=bytes([45, 30, 3, 2]) + bytes(12), count=1, ports=(OPEN, 0, 0)):
    return wire.encode(wire.CHECK, 1, family, packed, count, *ports, 0, 0)


BEFORE_HELLO = {
    **CLIENT_MESSAGES,
    **PROBER_MESSAGES,
    **NONSENSE,
    "hello, other magic": wire.hello(magic=wire.MAGIC + 1),
    "hello, other version": wire.hello(version=wire.VERSION + 1),
    "hello, short": wire.hello()[:-1],
    "hello, other magic and long": wire.hello(magic=wire.MAGIC + 1) + bytes(9),
    "hello, longer than any": wire.hello() + bytes(300),
}
AFTER_HELLO = {
    **PROBER_MESSAGES,
    **NONSENSE,
    "hello again": wire.hello(),
    **{f"{name}, short": message[:-1] for name, message in CLIENT_MESSAGES.items()},
    **{f"{name}, long": message + b"\0" for name, message in CLIENT_MESSAGES.items()},
    "family 0": raw_check(family=0, packed=bytes(16)),
    "family 5": raw_check(family=5),
    "family 255": raw_check(family=255),
    "bytes behind an IPv4 address": raw_check(packed=bytes([45, 30, 3, 2]) + b"\1" * 12),
    "no port": raw_check(count=0, ports=(0, 0, 0)),
    "4 ports": raw_check(count=4, ports=(OPEN, CLOSED, SILENT)),
    "255 ports": raw_check(count=255, ports=(OPEN, CLOSED, SILENT)),
    "a port behind the last": raw_check(count=1, ports=(OPEN, CLOSED, 0)),
    "a port twice": raw_check(count=2, ports=(OPEN, OPEN, 0)),
}


def expect_end(client, message):
    client.send(message)
    assert client.receive() is None


@pytest.mark.parametrize("name", BEFORE_HELLO)
def test_malformed_before_hello_ends_the_session(name, prober):
    with wire.Client(prober.socket, greet=False) as client:
        expect_end(client, BEFORE_HELLO[name])


@pytest.mark.parametrize("name", AFTER_HELLO)
def test_malformed_after_hello_ends_the_session_of_that_client_alone(name, prober):
    with wire.Client(prober.socket) as bystander:
        with wire.Client(prober.socket) as client:
            expect_end(client, AFTER_HELLO[name])
        assert bystander.is_alive()


def test_a_newer_client_may_say_more_in_its_hello_alone(prober):
    with wire.Client(prober.socket, greet=False) as client:
        client.send(wire.hello() + b"\xa5" * 32)
        assert client.receive()[0] == wire.WELCOME
        assert client.is_alive()
        expect_end(client, wire.encode(wire.PING, 1) + b"\xa5")


def test_descriptors_end_the_session_and_are_closed(prober):
    with wire.Client(prober.socket) as client:
        ours, theirs = socket.socketpair()
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()] * 3))
        try:
            client.socket.sendmsg([wire.encode(wire.PING, 1)], [rights])
        except PermissionError:  # Linux 6.16: the prober lets nobody push it descriptors
            client.send(b"malformed")
        theirs.close()
        assert client.receive() is None
        ours.settimeout(5)
        assert ours.recv(1) == b""  # the last copy is gone


def test_random_messages(prober):
    """Whatever comes, the prober keeps running and leaks no descriptor."""
    descriptors = pathlib.Path(f"/proc/{prober.prober.pid}/fd")
    before = len(os.listdir(descriptors))
    rng = random.Random(2)
    seeds = [*CLIENT_MESSAGES.values(), *PROBER_MESSAGES.values(), wire.hello()]
    for _ in range(2000):
        message = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 4)):
            message[rng.randrange(min(len(message), 12))] = rng.randrange(256)
        if message[0] == wire.CHECK and len(message) > 5:
            message[5] = rng.choice([0, 5, 7])  # never a real target
        with wire.Client(prober.socket, greet=rng.random() < 0.8) as client:
            client.send(bytes(message[: rng.randrange(1, len(message) + 1)]))
    with wire.Client(prober.socket) as client:
        assert client.is_alive()
        wait_until(lambda: len(os.listdir(descriptors)) <= before + 1, "descriptors are closed")


# --- forbidden messages -------------------------------------------------------------------


def test_every_denied_address_is_refused_and_gets_no_packet(prober, network):
    denied = [row for row in load_vectors() if row["expected"] == "deny"]
    assert len(denied) > 250
    with Capture(network, "prober", prober.directory / "denied.pcap", "") as capture:
        with wire.Client(prober.socket) as client:
            for job, row in enumerate(denied):
                [answer] = client.ask(row["address"], OPEN, job=job)
                assert isinstance(answer, wire.Refused), row
                assert answer.reason in ("address-not-public", "address-embedded"), row
                if row["reason"].startswith(EMBEDDED):
                    assert answer.reason == "address-embedded", row
            time.sleep(0.5)  # what was only late would be seen
    assert [packet for packet in capture.packets() if packet.sport is not None] == []


def test_every_public_address_is_probed(prober, network):
    """The other half of the table, and the proof that such a packet would be seen."""
    public = [row["address"] for row in load_vectors() if row["expected"] != "deny"]
    with Capture(network, "prober", prober.directory / "public.pcap", "tcp") as capture:
        with wire.Client(prober.socket) as client:
            for job, address in enumerate(public):
                client.send(wire.check(job, address, [OPEN]))
            answers = client.collect(*range(len(public)))
    assert all(isinstance(a, wire.Result) for messages in answers.values() for a in messages)
    probed = {packet.dst for packet in capture.packets() if packet.flags == SYN}
    assert set(public) <= probed


PORTS_REFUSED = [(1, 0), (24, 0), (444, 0), (8081, 0), (65535, 0), (0, 0)]


@pytest.mark.parametrize("port,index", PORTS_REFUSED)
def test_port_outside_the_list(port, index, client):
    [answer] = client.ask("45.30.3.2", port)
    assert (answer.reason, answer.port_index) == ("port-not-allowed", index)


def test_one_forbidden_port_forbids_the_check(client, prober, network):
    with Capture(network, "prober", prober.directory / "port.pcap", "tcp") as capture:
        [answer] = client.ask("45.30.3.2", OPEN, 444, CLOSED)
        assert (answer.reason, answer.port_index) == ("port-not-allowed", 1)
        time.sleep(0.3)
    assert capture.packets() == []


def test_timeout_beyond_the_configured(client, strict):
    [answer] = client.ask("45.30.3.2", OPEN, timeout_ms=3001)
    assert answer.reason == "timeout-too-long"
    with wire.Client(strict.socket) as other:
        [answer] = other.ask("45.30.1.1", OPEN, timeout_ms=1001)
        assert answer.reason == "timeout-too-long"


def test_more_ports_than_configured(strict):
    with wire.Client(strict.socket) as client:
        [answer] = client.ask("45.30.1.1", OPEN, CLOSED, SILENT)
        assert answer.reason == "too-many-ports"


@pytest.mark.parametrize("family", (4, 6))
def test_opted_out(family, strict, network):
    with wire.Client(strict.socket) as client:
        [answer] = client.ask(network.address(family, "target"), OPEN)
        assert answer.reason == "opted-out"


@pytest.mark.parametrize("family", (4, 6))
def test_target_quota_is_for_all_clients_together(family, strict, network):
    address = network.address(family, "r2")
    for _ in range(7):  # the quota of 4, and the 3 that a target keeps for itself
        with wire.Client(strict.socket) as client:
            [answer] = client.ask(address, CLOSED)
            assert answer.state == "closed"
    with wire.Client(strict.socket) as client:
        [answer] = client.ask(address, OPEN)
        assert answer.reason == "rate-limited"
        assert 0 < answer.retry_after_ms <= 60000


def test_job_number_in_use(client):
    client.send(wire.check(1, "45.30.3.2", [SILENT]))
    client.send(wire.check(1, "45.30.3.2", [OPEN]))
    answer = client.receive()
    assert (answer.job, answer.reason) == (1, "job-in-use")
    assert [message.port for message in client.collect(1)[1]] == [SILENT]


# --- several clients ----------------------------------------------------------------------


def test_two_clients_with_the_same_job_number(prober):
    with wire.Client(prober.socket) as one, wire.Client(prober.socket) as two:
        one.send(wire.check(9, "45.30.3.2", [SILENT]))
        two.send(wire.check(9, "45.30.3.2", [OPEN, CLOSED]))
        states = {message.port: message.state for message in two.collect(9)[9]}
        assert states == {OPEN: "open", CLOSED: "closed"}
        [answer] = one.collect(9)[9]
        assert (answer.port, answer.state) == (SILENT, "filtered")
        assert two.is_alive()  # and nothing of the other's came before


def test_a_client_cannot_cancel_anothers_job(prober):
    with wire.Client(prober.socket) as one, wire.Client(prober.socket) as two:
        one.send(wire.check(9, "45.30.3.2", [SILENT]))
        two.send(wire.encode(wire.CANCEL, 9))
        assert two.is_alive()
        [answer] = one.collect(9)[9]
        assert (answer.state, answer.sent) == ("filtered", 8)


def test_a_client_that_leaves_takes_only_its_own_jobs(prober):
    with wire.Client(prober.socket) as one:
        one.send(wire.check(9, "45.30.3.2", [SILENT]))
        with wire.Client(prober.socket) as two:
            two.send(wire.check(9, "45.30.3.2", [SILENT]))
        assert one.collect(9)[9][0].state == "filtered"


def test_a_flood_does_not_starve_the_others(prober):
    """One client keeps asking and reads nothing; another is served all the same."""
    with wire.Client(prober.socket) as flood, wire.Client(prober.socket) as other:
        flood.socket.setblocking(False)
        for job in range(20000):
            try:
                flood.send(wire.check(job, "45.30.3.2", [SILENT]))
            except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                break
        started = time.monotonic()
        assert other.is_alive()
        [answer] = other.ask("45.30.3.2", OPEN)
        assert answer.state == "open"
        assert time.monotonic() - started < 2


# --- who may connect ----------------------------------------------------------------------

# the codec goes along as text: another user may not be able to read our checkout
CONNECT = (HERE / "wire.py").read_text() + """
import sys
try:
    with Client(sys.argv[1], greet=False) as client:
        client.send(hello())
        print("no" if client.receive() is None else "yes")
except (PermissionError, BrokenPipeError, ConnectionError):
    print("no")
"""


def connects(path, uid, gid):
    done = subprocess.run(
        [sys.executable, "-c", CONNECT, path], user=uid, group=gid, extra_groups=[],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    return {"yes": True, "no": False}[done.stdout.strip()]


def test_the_sockets_mode(prober):
    status = prober.socket.stat()
    assert status.st_mode & 0o777 == 0o660
    assert status.st_gid != 0


def test_strangers_are_refused_even_where_the_mode_lets_them(prober):
    assert not connects(prober.socket, NOBODY, NOBODY)
    prober.socket.chmod(0o666)
    try:
        assert not connects(prober.socket, NOBODY, NOBODY)
    finally:
        prober.socket.chmod(0o660)


def test_the_group_may_connect(prober):
    assert connects(prober.socket, NOBODY, prober.socket.stat().st_gid)

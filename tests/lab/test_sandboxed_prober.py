# SPDX-License-Identifier: BSD-2-Clause
"""Whatever clients and the network do to the prober, its own sandbox never kills it.

Each test has a prober of its own, in a network of two: a target that listens on one port,
refuses others and is silent on three.
"""
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

import memory_limit
import odd_configs
import wire
from sandboxed import death_of, unharmed, without_vdso
from service import BUILD, Service, ask_all, free_listen, wait_until
from small_network import SmallNetwork
from test_boundary import AFTER_HELLO, BEFORE_HELLO

OPEN, CLOSED = 443, 80
SILENT = (22, 25, 3389)
FILTER = """
table inet filter {
  chain input { type filter hook input priority 0; tcp dport {22, 25, 3389} drop; }
}
"""
REFUSING = """
table inet own {
  chain output { type filter hook output priority 0; tcp dport 1-65535 drop; }
}
"""
TRACE_AND_PACKETS = 3  # the flags of a CHECK
OF_ONE_USER, BETWEEN_S, A_WHILE_S, LONGEST_S, STOP_S = 6, 0.1, 1, 6, 10
RELOADED = "[reload]: "
UNTIL_KILLED = """
import sys, time
sys.path[:0] = [sys.argv[1]]
import wire
client = wire.Client(sys.argv[2])
for job in range(100):
    client.send(wire.check(job, sys.argv[3], [22, 25, 3389])[:-1] + bytes([3]))
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def network():
    with SmallNetwork(listen=(OPEN,)) as net:
        net.run("target", "nft", "-f", "-", text=FILTER)
        yield net


@pytest.fixture
def prober(network):
    with Service(network) as service:
        service.network = network
        yield service


def is_well(service):
    """A new client gets a true answer, of both families."""
    with wire.Client(service.socket) as client:
        for job, family in enumerate((4, 6)):
            answers = client.ask(service.network.address(family, "target"), OPEN, CLOSED, job=job)
            if [answer.state for answer in answers] != ["open", "closed"]:
                return False
    return True


def whole(service):
    return unharmed(service.prober, lambda: is_well(service), lambda: service.log("prober"))


def traced(job, address, ports=SILENT):
    return wire.check(job, address, ports)[:-1] + bytes([TRACE_AND_PACKETS])


def ask_much(client, network, jobs=100):
    for job in range(jobs):
        client.send(traced(job, network.address((4, 6)[job % 2], "target")))


def reload(service):
    before = service.log("prober").count(RELOADED)
    service.prober.send_signal(signal.SIGHUP)
    wait_until(
        lambda: service.log("prober").count(RELOADED) > before or service.prober.poll() is not None,
        "SIGHUP is not heard",
    )


def test_every_configuration(network, prober):
    good = prober.config.read_bytes()
    with whole(prober), wire.Client(prober.socket) as busy:
        ask_much(busy, network)
        for name in odd_configs.NAMES:
            taken = odd_configs.put(prober.config, name)
            before = prober.log("prober").count("nothing was changed")
            reload(prober)
            assert prober.prober.poll() is None, f"{name}: {death_of(prober.prober)}"
            assert (prober.log("prober").count("nothing was changed") == before) == taken, name
        odd_configs.remove(prober.config)
        prober.config.write_bytes(good)
        reload(prober)


def test_signals_by_the_hundred(network, prober):
    with whole(prober), wire.Client(prober.socket) as busy:
        ask_much(busy, network)
        for _ in range(300):
            prober.prober.send_signal(signal.SIGHUP)
            time.sleep(0.002)
        for number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGPIPE, signal.SIGWINCH):
            prober.prober.send_signal(number)
            time.sleep(BETWEEN_S)


def test_many_clients_and_what_they_should_not_say(network, prober):
    """More than there may be, silent ones, those that talk nonsense, and a flood of the log."""
    with whole(prober):
        for _ in range(3):
            held = []
            for _ in range(OF_ONE_USER * 5):
                held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
                held[-1].connect(str(prober.socket))
            time.sleep(BETWEEN_S)
            for sock in held:
                sock.close()
        time.sleep(BETWEEN_S)
        for messages, greet in ((BEFORE_HELLO, False), (AFTER_HELLO, True)):
            for message in messages.values():
                with wire.Client(prober.socket, greet=greet) as client:
                    client.send(message)
                    client.receive()
        time.sleep(BETWEEN_S)


def test_full_of_checks_that_are_given_up(network, prober):
    """Traces of both families by the thousand, nothing read, cancelled and asked again."""
    with whole(prober):
        clients = [wire.Client(prober.socket) for _ in range(OF_ONE_USER - 1)]
        for client in clients:
            client.socket.setblocking(False)
            try:
                ask_much(client, network, 3000)
                for job in range(3000):
                    client.send(wire.encode(wire.CANCEL, job))
                ask_much(client, network, 3000)
            except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                pass  # it takes no more of who does not read
        time.sleep(A_WHILE_S)
        for client in clients[::2]:
            client.socket.close()
        time.sleep(LONGEST_S)
        for client in clients[1::2]:
            client.socket.close()
        wait_until(lambda: is_well(prober), "it does not recover")


def test_clients_that_are_killed(network, prober):
    with whole(prober):
        for _ in range(3):
            client = subprocess.Popen(
                [sys.executable, "-c", UNTIL_KILLED, os.path.dirname(__file__), prober.socket,
                 network.address(4, "target")], stdout=subprocess.PIPE,
            )  # fmt: skip
            assert client.stdout.readline() == b"ready\n"
            client.kill()
            client.wait()
            client.stdout.close()


def test_no_descriptor_left(network, prober):
    taken = len(os.listdir(f"/proc/{prober.prober.pid}/fd"))
    with whole(prober):
        memory_limit.set_limit(prober.prober, f"--nofile={taken + 1}:")
        held = []
        for _ in range(4):
            held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            held[-1].connect(str(prober.socket))
        time.sleep(A_WHILE_S)
        reload(prober)
        for sock in held:
            sock.close()
        memory_limit.set_limit(prober.prober, "--nofile=256:")
        time.sleep(A_WHILE_S)


def test_a_network_that_comes_and_goes(network, prober):
    """Sends that fail in every way, an interface that is down, is away, has another size."""
    with whole(prober), wire.Client(prober.socket) as busy:
        ask_much(busy, network)
        network.ip("prober", 4, "link set wire mtu 1280")
        network.run("prober", "nft", "-f", "-", text=REFUSING)
        ask_much(busy, network)
        time.sleep(BETWEEN_S)
        network.run("prober", "nft", "delete", "table", "inet", "own")
        network.ip("prober", 4, "link set wire mtu 1500")
        for _ in range(3):
            network.ip("prober", 4, "link set wire down")
            ask_much(busy, network, 20)
            time.sleep(BETWEEN_S)
            network.ip("prober", 4, "link set wire up")
            address = network.address(6, "prober")  # the kernel took it
            network.ip("prober", 6, f"addr replace {address}/64 nodad dev wire")
        network.run("prober", "ip", "link", "add", "left", "type", "veth", "peer", "name", "right")
        network.run("prober", "ip", "link", "del", "left")
        time.sleep(A_WHILE_S)


def test_nobody_reads_its_log(network):
    with Service(network, start=False) as service:
        ours, theirs = os.pipe()
        service.prober = network.popen(
            "prober", BUILD / "portlight-prober", "-c", service.config, stderr=theirs
        )
        os.close(theirs)
        wait_until(lambda: service.socket.exists() and can_connect(service), "it does not come")
        os.close(ours)
        with unharmed(service.prober, lambda: is_well(service)):
            for _ in range(10):
                service.prober.send_signal(signal.SIGHUP)
                with wire.Client(service.socket, greet=False) as client:
                    client.send(b"nonsense")
                time.sleep(BETWEEN_S)
        service.prober.terminate()
        assert service.prober.wait(STOP_S) == 0


def can_connect(service):
    try:
        with wire.Client(service.socket):
            return True
    except OSError:
        return False


# --- refused memory --------------------------------------------------------------------


@pytest.mark.parametrize("kind", memory_limit.KINDS)
def test_refused_memory(network, prober, kind):
    with whole(prober):
        clients = [wire.Client(prober.socket) for _ in range(OF_ONE_USER - 1)]
        memory_limit.refuse(prober.prober, kind, 0)
        for client in clients:
            ask_much(client, network, 500)
        time.sleep(LONGEST_S)
        for client in clients:
            client.socket.close()
        memory_limit.allow(prober.prober, kind)


@pytest.mark.parametrize("kind", memory_limit.KINDS)
def test_refused_memory_at_sighup(network, prober, kind):
    """config.c gives up then, on purpose (SIGABRT): a restart is the answer."""
    odd_configs.put(prober.config, "40,000 prefixes")
    memory_limit.refuse(prober.prober, kind, 0)
    for _ in range(5):
        if prober.prober.poll() is None:
            prober.prober.send_signal(signal.SIGHUP)
            time.sleep(BETWEEN_S)
    assert death_of(prober.prober, A_WHILE_S) in (None, "killed by SIGABRT")


# --- clocks ----------------------------------------------------------------------------------


def test_each_look_at_a_clock_is_a_system_call(network, tmp_path):
    with Service(network, start=False) as service:
        service.network = network
        service.start_prober(without_vdso(tmp_path))
        with whole(service), wire.Client(service.socket) as client:
            ask_much(client, network, 20)
            reload(service)
            time.sleep(LONGEST_S)


# --- the end, and the other daemon --------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_under_work(network, prober, number):
    """Told twice, and to read its configuration in between."""
    clients = [wire.Client(prober.socket) for _ in range(OF_ONE_USER)]
    for client in clients:
        ask_much(client, network)
    time.sleep(BETWEEN_S)
    for told in (number, signal.SIGHUP, number):
        prober.prober.send_signal(told)
        time.sleep(BETWEEN_S)
    for client in clients[1:]:
        client.socket.close()
    assert death_of(prober.prober, STOP_S) == "status 0"
    clients[0].socket.close()


def test_the_largest_answer_of_both_together(network):
    """What a visitor asks for with one click: three silent ports, traced, every packet."""
    with Service(network, listen=free_listen()) as pair:
        pair.network = network

        def ask(case):
            family, path = case
            query = f"host={network.address(family, 'target')}&ports=22,25,3389"
            return pair.request("GET", f"{path}?{query}&trace=true&packets=true")

        cases = [(family, path) for family in (4, 6) for path in ("/", "/live/de", "/api/v1/check")]
        with whole(pair), unharmed(pair.frontend, pair.is_ready, lambda: pair.log("frontend")):
            for (_, path), (status, body) in ask_all(ask, cases).items():
                assert status == 200
                assert "pcap/" in body or path.startswith("/api")

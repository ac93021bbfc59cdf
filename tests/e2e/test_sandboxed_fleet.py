# SPDX-License-Identifier: BSD-2-Clause
"""Whatever is asked of portlight-fleet and whatever happens to it, as a place and as one that asks,
its own sandbox never kills it."""
import contextlib
import os
import signal
import socket
import subprocess
import time

import pytest
import wire
from fleet import ENGINE, Client, Fleet
from largest import ADDRESSES, LOST, PORTS, trail

import memory_limit
from frontend import OTHER_TARGET, TARGET
from sandboxed import death_of, unharmed, without_vdso
from service import wait_until

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")

PLACE, WELL = "iad", OTHER_TARGET  # whose port is answered without a trail
WHO = ("place", "asker")
TRACE_AND_PACKETS = 3  # the flags of a CHECK
BETWEEN_S, A_WHILE_S, STOP_S = 0.1, 1, 60


def member(fleet, who):
    return fleet.agents[PLACE] if who == "place" else fleet.asker


def is_well(fleet):
    try:
        with Client(fleet.socket(PLACE)) as client:
            return client.ask(1, WELL, [443])[0][-1][0] == wire.RESULT
    except OSError:
        return False


def comes_back(fleet):
    wait_until(lambda: is_well(fleet), "the place does not come back", 20)
    return True


@pytest.fixture
def fleet():
    with Fleet(places=(PLACE,)) as fleet:
        for target in ADDRESSES:
            for port in PORTS:
                fleet.probers[PLACE].trails[target, port] = trail(target, port, 192 // len(PORTS))
                fleet.probers[PLACE].verdicts[target, port] = LOST
        yield fleet


@contextlib.contextmanager
def whole(fleet):
    with contextlib.ExitStack() as stack:
        for who in WHO:
            daemon = member(fleet, who)
            stack.enter_context(unharmed(daemon.process, lambda: comes_back(fleet), lambda d=daemon: d.log))
        yield


def ask_the_largest(fleet):
    with Client(fleet.socket(PLACE)) as client:
        for job, target in enumerate(ADDRESSES * 3):
            messages, _ = client.ask(job, target, PORTS, flags=TRACE_AND_PACKETS)
            if messages[-1][0] != wire.RESULT:
                return False
            kinds = [message[0] for message in messages]
            assert kinds.count(wire.RESULT) == len(PORTS) and kinds.count(wire.HOP) == 30 * len(PORTS)
    return True


def test_the_largest_answers(fleet):
    with whole(fleet):
        assert ask_the_largest(fleet)


def test_many_clients_and_what_they_should_not_say(fleet):
    with whole(fleet):
        for _ in range(3):
            held = []
            for _ in range(30):
                held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
                held[-1].connect(str(fleet.socket(PLACE)))
            time.sleep(BETWEEN_S)
            for sock in held:
                sock.close()
        time.sleep(BETWEEN_S)
        for message in (b"", b"x", bytes(65000), wire.hello()[:-1], os.urandom(200)):
            for greet in (False, True):
                sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with sock:
                    sock.connect(str(fleet.socket(PLACE)))
                    if greet:
                        sock.send(wire.hello())
                    sock.send(message)
                    time.sleep(BETWEEN_S / 5)


def test_checks_by_the_thousand_of_who_leaves(fleet):
    with whole(fleet):
        for _ in range(3):
            with Client(fleet.socket(PLACE)) as client:
                client.socket.setblocking(False)
                with contextlib.suppress(OSError):
                    for job in range(2000):
                        client.socket.send(wire.check(job, TARGET, PORTS, flags=TRACE_AND_PACKETS))
            time.sleep(BETWEEN_S)


def encrypted(path, *command):
    """A key with a password, for which OpenSSL would ask at the terminal."""
    return subprocess.run(["openssl", *command, "-in", path, "-aes128", "-passout", "pass:secret"],
                          check=True, capture_output=True, timeout=60).stdout  # fmt: skip


def test_certificates_that_come_and_go(fleet):
    """SIGHUP by the hundred, and with files that are none."""
    key = fleet.directory / f"{PLACE}.place.key"
    old = encrypted(key, "ec")
    odd = (b"", b"nonsense" * 10_000, b"-----BEGIN CERTIFICATE-----\n" + b"A" * 100_000, b"\0" * 1000,
           old, old.replace(b"EC PRIVATE KEY", b"CERTIFICATE"), encrypted(key, "pkey"))  # fmt: skip
    with whole(fleet):
        for who, name in (("place", f"{PLACE}.place"), ("asker", "f1.frontend")):
            daemon = member(fleet, who)
            for suffix in ("crt", "key"):
                path = fleet.directory / f"{name}.{suffix}"
                good = path.read_bytes()
                for bad in odd:
                    path.write_bytes(bad)
                    daemon.process.send_signal(signal.SIGHUP)
                    time.sleep(BETWEEN_S)
                path.unlink()
                daemon.process.send_signal(signal.SIGHUP)
                time.sleep(BETWEEN_S)
                path.write_bytes(good)
            for _ in range(100):
                daemon.process.send_signal(signal.SIGHUP)
                time.sleep(0.005)
            for number in (signal.SIGPIPE, signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH):
                daemon.process.send_signal(number)
                time.sleep(BETWEEN_S)


def test_engine_and_prober_that_die(fleet):
    with whole(fleet):
        for _ in range(3):
            fleet.engines[0].stop(signal.SIGKILL)
            is_well(fleet)
            fleet.engines[0].start()
            comes_back(fleet)
            fleet.probers[PLACE].hang_up()
            fleet.probers[PLACE].stop()
            time.sleep(BETWEEN_S)
            fleet.probers[PLACE].start()
            comes_back(fleet)
        fleet.probers[PLACE].send_everywhere(bytes(4096))


@pytest.mark.parametrize("who", WHO)
def test_no_descriptor_left(fleet, who):
    process = member(fleet, who).process
    taken = len(os.listdir(f"/proc/{process.pid}/fd"))
    with whole(fleet):
        memory_limit.set_limit(process, f"--nofile={taken}:")
        held = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(5)]
        for sock in held:
            sock.connect(str(fleet.socket(PLACE)))
        process.send_signal(signal.SIGHUP)
        fleet.engines[0].stop(signal.SIGKILL)
        fleet.engines[0].start()
        fleet.probers[PLACE].hang_up()
        time.sleep(A_WHILE_S)
        for sock in held:
            sock.close()
        memory_limit.set_limit(process, "--nofile=300:")


@pytest.mark.parametrize("kind", memory_limit.KINDS)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("spare", (0, 256 << 10, 1 << 20))
def test_refused_memory(fleet, who, kind, spare):
    """It goes on, or ends by itself with a status after which a manager starts it again."""
    daemon = member(fleet, who)
    memory_limit.refuse(daemon.process, kind, spare)
    with contextlib.suppress(OSError):
        ask_the_largest(fleet)
    daemon.process.send_signal(signal.SIGHUP)
    time.sleep(BETWEEN_S)
    is_well(fleet)
    death = death_of(daemon.process, A_WHILE_S)
    assert death in (None, "status 1", "killed by SIGABRT"), f"{death}: {daemon.log}"
    if death is None:
        memory_limit.allow(daemon.process, kind)
        comes_back(fleet)


@pytest.mark.parametrize("harm", ("closed", "full"))
@pytest.mark.parametrize("who", WHO)
def test_nobody_reads_its_log(fleet, who, harm):
    daemon = member(fleet, who)
    daemon.stop()
    ours, theirs = os.pipe() if harm == "closed" else (None, os.open("/dev/full", os.O_WRONLY))
    daemon.process = subprocess.Popen(daemon.command, stderr=theirs)
    os.close(theirs)
    comes_back(fleet)
    if ours is not None:
        os.close(ours)
    with whole(fleet):
        for _ in range(20):
            daemon.process.send_signal(signal.SIGHUP)
            time.sleep(BETWEEN_S / 10)
        fleet.engines[0].stop(signal.SIGKILL)
        fleet.engines[0].start()


def test_each_look_at_a_clock_is_a_system_call(fleet, tmp_path):
    wrapper = without_vdso(tmp_path)
    for who in WHO:
        daemon = member(fleet, who)
        daemon.stop()
        daemon.command = (wrapper, *daemon.command)
        daemon.start()
    comes_back(fleet)
    with whole(fleet):
        assert ask_the_largest(fleet)
        for who in WHO:
            member(fleet, who).process.send_signal(signal.SIGHUP)


@pytest.mark.parametrize("who", WHO)
def test_stop_under_work(fleet, who):
    daemon = member(fleet, who)
    fleet.probers[PLACE].delay_s = 1
    with Client(fleet.socket(PLACE)) as client:
        for job in range(50):
            client.socket.send(wire.check(job, TARGET, PORTS, flags=TRACE_AND_PACKETS))
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGTERM):
            if daemon.process.poll() is None:
                daemon.process.send_signal(number)
            time.sleep(BETWEEN_S / 10)
        # the second signal may meet it at its very end, when nothing catches it any more
        assert death_of(daemon.process, STOP_S) in ("status 0", "killed by SIGTERM"), daemon.log

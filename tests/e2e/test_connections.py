# SPDX-License-Identifier: BSD-2-Clause
"""Connections that stay: too many, too slow, or for ever."""
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from frontend import wait_until
from largest import NAME, prepare

FIRST_REQUEST_S = 5
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def connect(frontend, source="127.0.0.1"):
    address, port = frontend.listen.split(":")
    return socket.create_connection((address, int(port)), 10, source_address=(source, 0))


def is_served(sock):
    """Does a request on this connection get an answer?"""
    try:
        sock.sendall(REQUEST)
        return sock.recv(4096).startswith(b"HTTP/1.1 200")
    except (ConnectionError, socket.timeout):
        return False


def cpu_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def metric(frontend, name):
    [value] = [line.rsplit(" ", 1)[1] for line in frontend.get("/metrics").text.splitlines()
               if line.startswith(f"{name} ")]  # fmt: skip
    return float(value)


def connections(frontend):
    return metric(frontend, "portlight_connections")


def ended(frontend, reason):
    return metric(frontend, f'portlight_connections_ended_total{{reason="{reason}"}}')


def test_a_request_that_drips_is_ended(frontend):
    with connect(frontend) as sock:
        started = time.monotonic()
        sock.settimeout(0.5)
        for byte in REQUEST[:-4] + b"X: " + b"y" * 100:
            try:
                sock.sendall(bytes([byte]))
                if sock.recv(1) == b"":
                    break
            except socket.timeout:
                continue
            except ConnectionError:
                break
        assert time.monotonic() - started == pytest.approx(FIRST_REQUEST_S, abs=2)


def test_an_idle_connection_is_ended_and_a_used_one_may_wait_longer(frontend):
    idle, used = connect(frontend), connect(frontend)
    assert is_served(used)
    idle.settimeout(FIRST_REQUEST_S + 3)
    assert idle.recv(1) == b""
    assert is_served(used)


def test_one_visitor_takes_not_all(make_frontend):
    frontend = make_frontend(limits={"client-connections": 5})
    held = [connect(frontend) for _ in range(5)]
    assert not is_served(connect(frontend))
    assert is_served(connect(frontend, "127.0.0.2"))
    assert all(is_served(sock) for sock in held)
    held.pop().close()
    wait_until(lambda: is_served(connect(frontend)), "a place is not given back")


def test_a_trusted_proxy_speaks_for_many(make_frontend):
    frontend = make_frontend(
        limits={"client-connections": 2}, http={"trusted-proxies": ["127.0.0.3/32"]}
    )
    held = [connect(frontend, "127.0.0.3") for _ in range(6)]
    assert all(is_served(sock) for sock in held)


def test_the_longest_idle_make_room(make_frontend):
    """At the limit nobody waits for those who do nothing: neither for requests that never end,
    nor for kept connections."""
    frontend = make_frontend(limits={"max-connections": 8, "client-connections": 0})
    held = [connect(frontend) for _ in range(8)]
    for sock in held[4:]:
        sock.sendall(b"GET / HTTP/1.1\r\nX: ")
    assert all(is_served(sock) for sock in held[:4])
    late = [connect(frontend) for _ in range(3)]
    started = time.monotonic()
    assert all(is_served(sock) for sock in late)
    assert time.monotonic() - started < FIRST_REQUEST_S - 1
    assert 1 <= frontend.log.count("the longest idle make room") <= 8
    assert ended(frontend, "idle") >= 3
    assert ended(frontend, "no-request") == 0
    assert connections(frontend) <= 8


def test_a_network_takes_not_all(make_frontend):
    """Earlier, 254 clients of one /24 could each hold as many as one client may."""
    frontend = make_frontend(
        limits={"client-quota": 1000, "max-connections": 90, "client-connections": 4}
    )
    held = [connect(frontend, f"127.0.9.{1 + number % 60}") for number in range(180)]
    for _ in range(5):
        assert is_served(connect(frontend, "127.0.0.2"))
        time.sleep(0.1)
    assert ended(frontend, "client-connections") >= 180 - 30
    assert connections(frontend) <= 30 + 8
    del held


LARGE = f"/api/v1/check?host={NAME}&ports=443,80,22&trace=true&packets=true"


def ask_and_read(frontend, accept, most, pause_s, hurry):
    """The length of a large answer read in small pieces, with pauses until told to hurry."""
    address, port = frontend.listen.split(":")
    length = 0
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect((address, int(port)))
        sock.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n"
                     "Connection: close\r\n\r\n".encode())  # fmt: skip
        try:
            while part := sock.recv(most, socket.MSG_WAITALL):
                length += len(part)
                hurry.wait(pause_s)
        except ConnectionError:
            pass
    return length


def test_slow_readers(make_frontend):
    """A client that reads a little of an answer now and then is disconnected.  One that reads as
    fast as its line allows gets all of it, though it takes longer than 20 s."""
    frontend = make_frontend()
    prepare(frontend, 512)
    whole = len(frontend.get(LARGE).body)
    hurry, never = threading.Event(), threading.Event()
    with ThreadPoolExecutor(3) as pool:
        started = time.monotonic()
        honest = pool.submit(ask_and_read, frontend, "application/json", 32_000, 1, never)
        attacks = [pool.submit(ask_and_read, frontend, accept, 1400, 1, hurry)
                   for accept in ("application/json", "text/event-stream")]  # fmt: skip
        wait_until(lambda: ended(frontend, "slow-reader") == 2, "they stay", 60)
        hurry.set()
        assert time.monotonic() - started > 15
        assert honest.result() > whole
        assert time.monotonic() - started > 21
        assert ended(frontend, "slow-reader") == 2
        wait_until(lambda: connections(frontend) == 1, "a connection is left", 60)
        assert all(attack.result() < whole for attack in attacks)
    assert metric(frontend, "portlight_output_waiting_bytes") < 10_000


def test_exhausted_descriptors(make_frontend):
    """Few descriptors, many connections: no spinning, no flood in the log, and it recovers."""
    frontend = make_frontend(start=False, limits={"client-connections": 0})
    frontend.start("prlimit", "--nofile=64:64")
    frontend.wait_ready()
    held = []
    for _ in range(200):
        held.append(connect(frontend))
    time.sleep(0.5)
    spent = cpu_seconds(frontend.process)
    time.sleep(2)
    assert cpu_seconds(frontend.process) - spent < 0.5
    assert frontend.log.count("the longest idle make room") <= 5
    assert "32 connections instead of limits.max-connections = 22048" in frontend.log
    for sock in held:
        sock.close()
    wait_until(lambda: is_served(connect(frontend)), "it does not recover")


def test_honest_visitors_among_a_thousand_drippers(make_frontend):
    frontend = make_frontend()
    ended = threading.Event()
    dripping = []

    def drip():
        while not ended.wait(1):
            for sock in dripping:
                try:
                    sock.sendall(b"X")
                except OSError:
                    pass

    thread = threading.Thread(target=drip)
    for number in range(1000):
        dripping.append(connect(frontend, f"127.0.1.{1 + number % 20}"))
    thread.start()
    try:
        times = []
        for _ in range(100):
            started = time.monotonic()
            assert frontend.get("/api/v1/ports").status == 200
            times.append(time.monotonic() - started)
            time.sleep(0.02)
    finally:
        ended.set()
        thread.join()
    # generous: the point is that nobody waits for a dripper's five seconds
    assert sorted(times)[98] < 2
    for sock in dripping:
        sock.close()


def test_requests_of_more_than_one_read(frontend):
    """A connection that just ended gets no byte of the next one with its descriptor."""
    body = b'{"host":"93.184.215.14","ports":[443]}'.ljust(4096)
    head = b"POST /api/v1/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += b"Connection: close\r\nContent-Length: 4096\r\nX: " + b"y" * 4000 + b"\r\n\r\n"
    started = time.monotonic()
    for _ in range(50):
        assert frontend.raw(head + body).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - started < FIRST_REQUEST_S
    assert frontend.prober.addresses == ["93.184.215.14"] * 50

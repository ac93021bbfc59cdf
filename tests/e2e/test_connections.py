# SPDX-License-Identifier: BSD-2-Clause
"""Connections that want to stay: too many, too slow, for ever."""
import os
import socket
import threading
import time

import pytest

from frontend import wait_until

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


def test_no_more_than_there_may_be(make_frontend):
    """Those beyond the limit wait in the kernel's queue until the idle ones are ended."""
    frontend = make_frontend(limits={"max-connections": 8, "client-connections": 0})
    held = [connect(frontend) for _ in range(8)]
    time.sleep(0.3)
    late = connect(frontend)
    late.settimeout(1)
    started = time.monotonic()
    assert not is_served(late)
    late.settimeout(15)
    assert late.recv(4096).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - started < FIRST_REQUEST_S + 3
    assert frontend.log.count("no more for now") <= 8
    del held


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
    assert frontend.log.count("no more for now") <= 5
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

# SPDX-License-Identifier: BSD-2-Clause
"""Who may be connected to the prober's socket, and for how long."""
import socket
import time

import pytest

import wire
from service import Service

GREETING_S = 2
MAX, OF_ONE_USER = 8, 6


@pytest.fixture(scope="module")
def prober(network):
    with Service(network) as service:
        yield service


def connect(prober):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sock.settimeout(10)
    sock.connect(str(prober.socket))
    return sock


def test_who_does_not_greet_is_dropped(prober):
    with wire.Client(prober.socket) as greeted:
        silent = connect(prober)
        started = time.monotonic()
        assert silent.recv(16) == b""
        assert time.monotonic() - started == pytest.approx(GREETING_S, abs=1)
        assert greeted.is_alive()


def test_one_user_leaves_places_for_others(prober):
    clients = [wire.Client(prober.socket) for _ in range(OF_ONE_USER)]
    try:
        assert connect(prober).recv(16) == b""
        assert all(client.is_alive() for client in clients)
    finally:
        for client in clients:
            client.__exit__()
    with wire.Client(prober.socket) as client:
        assert client.is_alive()
    assert "of that user" in prober.log("prober")

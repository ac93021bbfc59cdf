# SPDX-License-Identifier: BSD-2-Clause
"""Limited stocks: one network can't take all of one, whatever addresses it uses."""
import socket
from contextlib import ExitStack, contextmanager

import pytest

from frontend import DNS_TIMEOUT_MS, TARGET
from service import wait_until

PACKET_LOGS, LOOKUPS = 256, 1024
ATTACKER, OTHER_ATTACKER, HONEST = "2001:db8:7", "2001:db8:8", "2001:db8:9:1::1"


@pytest.fixture
def proxied(make_frontend):
    return make_frontend(
        http={"trusted-proxies": ["127.0.0.1"]},
        limits={"client-quota": 100_000, "client-checks": 1000, "target-quota": 0},
    )


def by_way_of(visitor):
    return {"X-Forwarded-For": visitor}


@contextmanager
def asking(frontend, network, count, query):
    """So many questions at once, each from another /64 of the network; query(number) makes one."""
    address, port = frontend.listen.split(":")
    with ExitStack() as stack:
        for number in range(count):
            sock = stack.enter_context(socket.create_connection((address, int(port)), 10))
            sock.sendall(
                f"GET /api/v1/check?{query(number)} HTTP/1.1\r\nHost: x\r\n"
                f"Accept: text/event-stream\r\nX-Forwarded-For: {network}:{number:x}::1\r\n\r\n".encode()
            )
        yield


def refused(frontend, of):
    [value] = [line.split()[1] for line in frontend.get("/metrics").text.splitlines()
               if line.startswith(f'portlight_shares_refused_total{{of="{of}"}}')]  # fmt: skip
    return int(value)


def test_packet_logs(proxied):
    """Earlier, after 270 units of one /48, others' `packets` got 503."""
    frontend = proxied
    frontend.prober.mode = "silent"
    with asking(frontend, ATTACKER, 300,
                lambda number: f"host=93.184.216.{number % 250}&ports={(443, 80)[number % 2]}&packets=true"):  # fmt: skip
        wait_until(lambda: refused(frontend, "packet-logs") >= 300 - PACKET_LOGS // 3 - 1, "all let")
        assert len(frontend.prober.asked) <= PACKET_LOGS // 3
        frontend.prober.mode = "answer"
        assert frontend.check(TARGET, packets="true", headers=by_way_of(HONEST)).status == 200
        assert frontend.check(TARGET, headers=by_way_of(f"{ATTACKER}::1")).status == 200
        answer = frontend.check(TARGET, packets="true", headers=by_way_of(f"{ATTACKER}:ffff::1"))
        assert answer.is_problem(503, "busy"), answer
    wait_until(lambda: frontend.check(TARGET, packets="true", headers=by_way_of(f"{ATTACKER}::1"))
               .status == 200, "nothing is given back")  # fmt: skip


def test_lookups(proxied):
    """Earlier, after 0.1 s of two /48s, others' names were refused until c-ares gave up."""
    frontend = proxied
    frontend.dns.zone.update({f"s{number}.silent.net": {"timeout": True} for number in range(600)})
    frontend.dns.zone["honest.vectors.net"] = {"A": [TARGET]}

    def query(number):
        return f"host=s{number}.silent.net&ports=443&family=ipv4"

    with asking(frontend, ATTACKER, 600, query), asking(frontend, OTHER_ATTACKER, 600, query):
        wait_until(lambda: refused(frontend, "lookups") >= 2 * 600 - LOOKUPS // 3 * 2, "all let")
        for _ in range(3):
            answer = frontend.check("honest.vectors.net", headers=by_way_of(HONEST))
            assert answer.status == 200, answer
    # cancelled, and closed at our deadline
    wait_until(lambda: frontend.check("honest.vectors.net", headers=by_way_of(f"{ATTACKER}::1"))
               .status == 200, "nothing is given back", DNS_TIMEOUT_MS / 1000 + 2)  # fmt: skip

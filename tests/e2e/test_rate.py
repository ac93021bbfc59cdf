# SPDX-License-Identifier: BSD-2-Clause
"""Quotas under attack: one client in a hurry, a thousand of one network, many against one target.

Everybody comes through one trusted proxy, which says who they are.
"""
import http.client
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from frontend import ANSWER_TIMEOUT_S, OTHER_TARGET, TARGET, TARGET_IPV6

SOAK = "PORTLIGHT_SOAK" in os.environ
HURRY_S = 600 if SOAK else 20
PER_S = 100
HOUR_S = 3600
VISITOR, STRANGER = "198.51.100.7", "203.0.113.99"
AT_ONCE = 16


@pytest.fixture
def proxied(make_frontend):
    """make(**limits): a frontend that believes a proxy on this machine."""
    return lambda **limits: make_frontend(
        http={"trusted-proxies": ["127.0.0.1"]},
        limits={"client-connections": 0, "client-quota": 0, "target-quota": 0, **limits},
    )


class Proxy:
    """Asks in the name of others, over one connection."""

    def __init__(self, frontend):
        self._connection = http.client.HTTPConnection(frontend.listen, timeout=ANSWER_TIMEOUT_S)

    def check(self, visitor, target=TARGET):
        """The status and the problem's code, None without one."""
        self._connection.request(
            "GET", f"/api/v1/check?host={target}&ports=443", headers={"X-Forwarded-For": visitor}
        )
        response = self._connection.getresponse()
        body = response.read()
        if response.status == 200:
            return 200, None
        assert int(response.getheader("Retry-After")) >= 1
        assert b'"type":"/problems/rate-limited"' in body, body
        return response.status, body.partition(b'"code":"')[2].partition(b'"')[0].decode()

    def count_allowed(self, asked):
        """How many of these (visitor, target) get an answer; the others are told to wait."""
        statuses = [self.check(*pair)[0] for pair in asked]
        assert set(statuses) <= {200, 429}
        return statuses.count(200)


def allowed_in_a_hurry(ask, seconds):
    """How many requests are allowed at PER_S a second, and how long it took to ask."""
    begun = time.monotonic()
    allowed, last = 0, begun
    for number in range(PER_S * seconds):
        time.sleep(max(0, begun + number / PER_S - time.monotonic()))
        last = time.monotonic()
        allowed += ask() == 200
    return allowed, last - begun


def test_one_visitor_in_a_hurry(proxied):
    """It gets the quota, then the units that come back, and not one more."""
    frontend = proxied(**{"client-quota": 60, "client-window-s": 10})
    proxy = Proxy(frontend)
    allowed, took_s = allowed_in_a_hurry(lambda: proxy.check(VISITOR)[0], HURRY_S)
    assert allowed == pytest.approx(60 + took_s * 60 / 10, abs=1.1)
    assert len(frontend.prober.asked) == allowed
    assert proxy.check(STRANGER)[0] == 200


def test_one_target_in_a_hurry(proxied):
    """Every time another visitor, of another network."""
    frontend = proxied(**{"target-quota": 6, "target-window-s": 2})
    proxy = Proxy(frontend)
    visitors = iter(f"198.{18 + i // 250}.{i % 250}.1" for i in range(10_000))
    allowed, took_s = allowed_in_a_hurry(lambda: proxy.check(next(visitors))[0], 4)
    assert allowed == pytest.approx(6 + took_s * 6 / 2, abs=1.1)
    assert frontend.prober.addresses == [TARGET] * allowed


def test_at_the_same_time(proxied):
    frontend = proxied(**{"client-quota": 100, "client-window-s": HOUR_S})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(
            pool.map(lambda _: Proxy(frontend).check(VISITOR)[0], range(AT_ONCE * 20))
        )
    assert statuses.count(200) == 100
    assert len(frontend.prober.asked) <= 100, "equal ones at a time are one"


# visitors of one network, how many times the quota of one they have together, somebody else
NETWORKS = {
    "IPv4 /24": ([f"198.51.100.{i}" for i in range(256)], 8, "198.51.101.0"),
    "IPv6 /64": ([f"2001:db8:1::{i:x}" for i in range(200)], 1, "2001:db8:1:1::"),
    "IPv6 /56": ([f"2001:db8:1:{i:x}::1" for i in range(256)], 4, "2001:db8:1:100::1"),
    "IPv6 /48": ([f"2001:db8:1:{i * 64:x}::1" for i in range(1000)], 16, "2001:db8:2::1"),
}


@pytest.mark.parametrize("case", NETWORKS)
def test_visitors_of_one_network(proxied, case):
    visitors, times, other = NETWORKS[case]
    frontend = proxied(**{"client-quota": 10, "client-window-s": HOUR_S})
    proxy = Proxy(frontend)
    # twice: those of the first round who were allowed have something left
    assert proxy.count_allowed((visitor, TARGET) for visitor in visitors * 2) == 10 * times
    assert proxy.check(other) == (200, None)
    assert len(frontend.prober.asked) == 10 * times + 1


@pytest.mark.parametrize("case", ["IPv4 /24", "IPv6 /48"])
def test_networks_turned_off(proxied, case):
    visitors, *_ = NETWORKS[case]
    frontend = proxied(**{"client-quota": 1, "client-window-s": HOUR_S, "networks": False})
    assert Proxy(frontend).count_allowed((visitor, TARGET) for visitor in visitors) == len(visitors)


def test_hundred_visitors_one_target(proxied):
    frontend = proxied(**{"client-quota": 60, "target-quota": 6, "target-window-s": HOUR_S})
    proxy = Proxy(frontend)
    visitors = [f"198.18.{i}.1" for i in range(100)]
    answers = [proxy.check(visitor) for visitor in visitors]
    assert answers == [(200, None)] * 6 + [(429, "target")] * 94
    assert frontend.prober.addresses == [TARGET] * 6
    assert proxy.check(STRANGER, OTHER_TARGET) == (200, None)


TARGET_NETWORKS = {
    "IPv4 /24": ([f"93.184.215.{i}" for i in range(256)], 8, "93.184.216.1"),
    "IPv6 /64": ([f"2606:4700:4700::{i:x}" for i in range(100)], 1, "2606:4700:4700:1::"),
    "IPv6 /56": ([f"2606:4700:4700:{i:x}::1" for i in range(256)], 4, "2606:4700:4700:100::"),
    "IPv6 /48": ([f"2606:4700:4700:{i * 64:x}::1" for i in range(500)], 16, "2606:4700:4701::1"),
}


@pytest.mark.parametrize("case", TARGET_NETWORKS)
def test_targets_of_one_network(proxied, case):
    """A different client asks each time."""
    targets, times, other = TARGET_NETWORKS[case]
    frontend = proxied(**{"target-quota": 3, "target-window-s": HOUR_S})
    proxy = Proxy(frontend)
    asked = [(f"198.18.{i // 250}.{i % 250}", target) for i, target in enumerate(targets * 2)]
    assert proxy.count_allowed(asked) == 3 * times
    assert proxy.check(STRANGER, other) == (200, None)
    assert len(frontend.prober.asked) == 3 * times + 1


def test_who_is_refused_takes_nothing_from_others(proxied):
    """What was refused costs neither the network's quota nor the target's."""
    frontend = proxied(
        **{"client-quota": 2, "client-window-s": HOUR_S, "target-quota": 30,
           "target-window-s": HOUR_S}
    )  # fmt: skip
    proxy = Proxy(frontend)
    assert proxy.count_allowed([(VISITOR, TARGET)] * 200) == 2
    neighbours = [f"198.51.100.{i}" for i in range(100, 108)]
    assert proxy.count_allowed((visitor, TARGET) for visitor in neighbours) == 8
    assert proxy.check("198.51.100.9") == (429, "target"), "their network's third is spent"
    strangers = [f"203.{i}.113.1" for i in range(19)]
    assert proxy.count_allowed((visitor, TARGET) for visitor in strangers) == 19
    assert proxy.check(STRANGER) == (200, None)
    assert proxy.check(STRANGER) == (429, "target")


def test_a_flood_of_visitors_leaves_room_for_one(proxied):
    """The table has a fixed size; clients that were there before keep their own quota."""
    frontend = proxied(**{"client-quota": 5, "client-window-s": HOUR_S, "networks": False})
    proxy = Proxy(frontend)
    assert proxy.check(VISITOR) == (200, None)
    flood = [(f"2001:db8:{i:x}::1", TARGET_IPV6) for i in range(5000)]
    assert proxy.count_allowed(flood) == len(flood)
    assert proxy.count_allowed([(VISITOR, TARGET)] * 20) == 4

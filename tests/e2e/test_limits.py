# SPDX-License-Identifier: BSD-2-Clause
"""Quotas: their exact size, what costs how much, what the headers say, and who shares one.

Windows are an hour long, so that nothing comes back while a test runs.
"""
import re
import socket
import threading

import pytest

from frontend import OTHER_TARGET, TARGET, TARGET_IPV6
from service import wait_until

HOUR_S = 3600
DUAL = "dual.vectors.net"
FREE = ["/api/v1/me", "/api/v1/ports", "/api/v1/limits"]
VISITOR, OTHER_VISITOR = "198.51.100.7", "198.51.100.8"


def client_limit(quota):
    return {"client-quota": quota, "client-window-s": HOUR_S}


def target_limit(quota):
    return {"target-quota": quota, "target-window-s": HOUR_S}


def left(answer, quota):
    """What the RateLimit header says is left, after the exact form of both was checked."""
    policies = answer.header("RateLimit-Policy").split(", ")
    limits = answer.header("RateLimit").split(", ")
    assert policies[0] == f'"client";q={quota};w={HOUR_S}'
    assert [re.match('"[a-z-]+"', item)[0] for item in limits] == [
        re.match('"[a-z-]+"', item)[0] for item in policies
    ]
    form = re.fullmatch(r'"client";r=(0|[1-9]\d*);t=(0|[1-9]\d*)', limits[0])
    assert form, answer.headers
    remaining, reset_s = map(int, form.groups())
    assert 0 <= remaining <= quota
    spent_s = (quota - remaining) * HOUR_S / quota
    assert spent_s - HOUR_S / quota <= reset_s <= spent_s + 1
    return remaining


def is_back(frontend, quota):
    return frontend.get("/api/v1/me").header("RateLimit").startswith(f'"client";r={quota};t=0, ')


def retry_after(answer):
    text = answer.header("Retry-After")
    assert re.fullmatch(r"[1-9]\d*", text)
    return int(text)


def by_way_of(*hops):
    return {"X-Forwarded-For": ", ".join(hops)}


@pytest.fixture
def proxied(make_frontend):
    """make(**limits): a frontend that believes a proxy on this machine."""
    return lambda **limits: make_frontend(
        http={"trusted-proxies": ["127.0.0.1", "192.0.2.0/24"]}, limits=limits
    )


def test_exactly_the_quota(make_frontend):
    frontend = make_frontend(limits=client_limit(10))
    for remaining in range(9, -1, -1):
        answer = frontend.check()
        assert answer.status == 200
        assert left(answer, 10) == remaining
    for _ in range(3):
        answer = frontend.check()
        assert answer.is_problem(429, "rate-limited", "client"), answer
        assert left(answer, 10) == 0
        assert HOUR_S / 10 - 60 <= retry_after(answer) <= HOUR_S / 10
    assert len(frontend.prober.asked) == 10


def test_what_comes_back(make_frontend):
    """One unit in half a second, and never more than the quota."""
    frontend = make_frontend(limits={"client-quota": 4, "client-window-s": 2})
    while frontend.check().status == 200:
        pass
    allowed = []
    wait_until(lambda: allowed.append(frontend.check().status) or allowed[-1] == 200, "no unit")
    asked = len(frontend.prober.asked)
    wait_until(lambda: is_back(frontend, 4),
               "the quota is not back")  # fmt: skip
    assert frontend.check(TARGET, 443, 80, 22).status == 200
    assert len(frontend.prober.asked) == asked + 1


@pytest.mark.parametrize("path, cost", [
    *[(path, 0) for path in FREE],
    ("/healthz", 0), ("/readyz", 0), ("/metrics", 0), ("/", 0), ("/nothing", 0),
    (f"/api/v1/check?host={TARGET}&ports=443", 1),
    (f"/api/v1/check?host={TARGET}&ports=443,80,22", 3),
    (f"/api/v1/check?host={TARGET_IPV6}&ports=443,80", 2),
    (f"/api/v1/check?host={DUAL}&ports=443", 2),
    (f"/api/v1/check?host={DUAL}&ports=443,80,22", 6),
    (f"/api/v1/check?host={DUAL}&ports=443,80,22&family=ipv4", 3),
    (f"/api/v1/check?host={TARGET}&ports=443&trace=true", 4),
    ("/api/v1/check?host=nx.vectors.net&ports=443", 1),
    ("/api/v1/check?host=127.0.0.1&ports=443,80,22", 1),
    ("/api/v1/check?nonsense", 1),
    ("/api/v1/nothing", 1),
    (f"/?host={TARGET}&ports=443&ports=80", 5),  # with a trace
    (f"/?host={TARGET}&ports=443&ports=80&trace=false", 2),
    ("/?nonsense=1", 0), ("/?host=x&ports=1", 1), ("/?me", 0),
])  # fmt: skip
def test_cost(make_frontend, path, cost):
    frontend = make_frontend(limits=client_limit(20))
    frontend.dns.zone[DUAL] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    frontend.get(path)
    assert left(frontend.get("/api/v1/me"), 20) == 20 - cost


def test_malformed_posts_cost_too(make_frontend):
    frontend = make_frontend(limits=client_limit(3))
    assert [frontend.post(b"{").status for _ in range(4)] == [400, 400, 400, 429]


def test_a_check_that_costs_more_than_is_left(make_frontend):
    frontend = make_frontend(limits=client_limit(4))
    assert frontend.check(TARGET, 443, 80).status == 200
    answer = frontend.check(TARGET, 443, 80, 22)
    assert answer.is_problem(429, "rate-limited", "client")
    assert 1 <= retry_after(answer) <= HOUR_S
    assert len(frontend.prober.asked) == 1
    assert frontend.check(TARGET, 443).status == 200, "what is left serves a smaller one"


def test_spent_is_spent_everywhere_but_where_it_is_free(make_frontend):
    frontend = make_frontend(limits=client_limit(1))
    assert frontend.check().status == 200
    assert frontend.get("/api/v1/nothing").status == 429
    assert frontend.request("DELETE", "/api/v1/check").status == 429
    assert frontend.post(b"").status == 429
    assert [frontend.get(path).status for path in (*FREE, "/healthz", "/")] == [200] * 5


@pytest.mark.parametrize("ask", [
    *[lambda frontend, path=path: frontend.get(path) for path in FREE],
    lambda frontend: frontend.check(),
    lambda frontend: frontend.check(headers={"Accept": "text/plain"}),
    lambda frontend: frontend.check(headers={"Accept": "text/event-stream"}),
    lambda frontend: frontend.check("127.0.0.1"),
    lambda frontend: frontend.check("nx.vectors.net"),
    lambda frontend: frontend.check(headers={"Sec-Fetch-Site": "cross-site"}),
    lambda frontend: frontend.post(b"{"),
    lambda frontend: frontend.post(b" " * 5000),
    lambda frontend: frontend.get("/api/v1/nothing"),
    lambda frontend: frontend.request("HEAD", "/api/v1/me"),
    lambda frontend: frontend.request("OPTIONS", "/api/v1/check"),
    lambda frontend: frontend.request("DELETE", "/api/v1/me"),
])  # fmt: skip
def test_every_api_answer_tells_the_limit(make_frontend, ask):
    frontend = make_frontend(limits=client_limit(20))
    assert left(ask(frontend), 20) >= 19


def test_limits_endpoint(make_frontend):
    frontend = make_frontend(limits={**client_limit(20), **target_limit(9)})
    frontend.check(TARGET, 443, 80, 22)
    limits = frontend.get("/api/v1/limits").json
    assert limits["client"].items() >= {"quota": 20, "window_s": HOUR_S, "remaining": 17}.items()
    assert limits["target"] == {"quota": 9, "window_s": HOUR_S}, "nothing about other visitors"


# --- targets --------------------------------------------------------------------------


def test_target_quota_counts_ports_of_all_visitors_together(proxied):
    frontend = proxied(**client_limit(100), **target_limit(5))
    assert frontend.check(TARGET, 443, 80, 22, headers=by_way_of(VISITOR)).status == 200
    assert frontend.check(TARGET, 443, 80, headers=by_way_of("192.0.9.1")).status == 200
    answer = frontend.check(TARGET, 443, headers=by_way_of("203.0.113.1"))
    assert answer.is_problem(429, "rate-limited", "target"), answer
    assert retry_after(answer) <= HOUR_S / 5
    assert left(answer, 100) == 99, "the headers are the visitor's, not the target's"
    assert frontend.check(OTHER_TARGET, 443, headers=by_way_of(VISITOR)).status == 200
    assert frontend.prober.addresses == [TARGET, TARGET, OTHER_TARGET]


def test_target_quota_of_a_name_is_its_addresses(make_frontend):
    frontend = make_frontend(limits=target_limit(2))
    frontend.dns.zone.update({name: {"A": [TARGET]} for name in ("a.vectors.net", "b.vectors.net")})
    assert frontend.check("a.vectors.net").status == 200
    assert frontend.check("b.vectors.net").status == 200
    assert frontend.check("a.vectors.net").is_problem(429, "rate-limited", "target")
    assert frontend.check(TARGET).is_problem(429, "rate-limited", "target")


def spend(frontend, visitor, host=TARGET, **parameters):
    """How many ports the visitor gets checked, one at a time, until their or the target's share is spent."""
    ports = 0
    while ports < 100:
        answer = frontend.check(host, 443, headers=by_way_of(visitor), **parameters)
        if answer.status != 200:
            assert answer.is_problem(429, "rate-limited", "target"), answer
            break
        ports += 1
    return ports


@pytest.mark.parametrize("attackers, honest, part", [
    ([VISITOR], "203.0.113.9", 10),
    ([f"198.51.100.{number}" for number in range(1, 20)], "203.0.113.9", 10),
    ([f"2001:db8:7:{number:x}::1" for number in range(1, 20)], "2001:db8:8::1", 10),
], ids=["one address", "one /24", "one /48"])  # fmt: skip
def test_one_visitor_does_not_lock_a_target(proxied, attackers, honest, part):
    """Earlier the first visitor got all 30, and nobody else any."""
    frontend = proxied(**client_limit(1000), **target_limit(30))
    assert sum(spend(frontend, attacker) for attacker in attackers) == part
    assert frontend.check(TARGET, 443, 80, 22, headers=by_way_of(honest)).status == 200
    assert spend(frontend, honest) == part - 3
    assert len(frontend.prober.asked) == 2 * part - 2


def test_a_visitor_s_own_address_is_no_one_else_s(proxied):
    """However many have asked about it."""
    frontend = proxied(**client_limit(1000), **target_limit(30))
    attackers = [f"203.{number}.113.9" for number in range(1, 6)]
    assert sum(spend(frontend, attacker) for attacker in attackers) == 30
    own = by_way_of(TARGET)
    assert frontend.check("me", 443, 80, 22, headers=own).status == 200
    assert frontend.check(TARGET, 443, 80, 22, headers=own).status == 200
    assert frontend.check("me", 443, 80, 22, headers=own, trace="true").status == 429
    assert spend(frontend, TARGET) == 10 - 6


def test_a_traced_port_costs_the_target_three(proxied):
    frontend = proxied(**client_limit(1000), **target_limit(30))
    traced = {"headers": by_way_of(VISITOR), "trace": "true"}
    assert frontend.check(TARGET, 443, 80, 22, **traced).status == 200
    assert frontend.check(TARGET, 443, **traced).is_problem(429, "rate-limited", "target")
    assert spend(frontend, VISITOR) == 1


def test_what_is_cancelled_is_spent(proxied):
    frontend = proxied(**client_limit(1000), **target_limit(9))
    frontend.prober.mode = "silent"
    address, port = frontend.listen.split(":")
    for _ in range(3):
        asked = len(frontend.prober.asked)
        with socket.create_connection((address, int(port))) as connection:
            connection.sendall(f"GET /api/v1/check?host={TARGET}&ports=443 HTTP/1.1\r\nHost: x\r\n"
                               f"X-Forwarded-For: {VISITOR}\r\nAccept: text/event-stream\r\n\r\n"
                               .encode())  # fmt: skip
            wait_until(lambda: len(frontend.prober.asked) > asked, "nothing was asked")
        wait_until(lambda: len(frontend.prober.cancelled) > asked, "it is not cancelled")
    frontend.prober.mode = "answer"
    assert spend(frontend, VISITOR) == 0
    assert spend(frontend, "203.0.113.9") == 3


def test_target_quota_of_ipv6_is_by_64(make_frontend):
    frontend = make_frontend(limits=target_limit(2))
    assert frontend.check("2606:4700:4700::1").status == 200
    assert frontend.check("2606:4700:4700:0:ffff:ffff:ffff:ffff").status == 200
    assert frontend.check("2606:4700:4700::2").status == 429
    assert frontend.check("2606:4700:4700:1::1").status == 200


@pytest.mark.parametrize("refusal, problem", [
    (("busy", 0xFF, 1200), (503, "busy", None)),
    (("rate-limited", 0xFF, 4200), (429, "rate-limited", "target")),
    (("port-not-allowed", 0, 0), (422, "port-not-allowed", None)),
    (("too-many-ports", 0xFF, 0), (422, "too-many-ports", None)),
    (("address-not-public", 0xFF, 0), (403, "target-not-allowed", "address-not-public")),
    (("address-embedded", 0xFF, 0), (403, "target-not-allowed", "address-embedded")),
    (("opted-out", 0xFF, 0), (403, "target-not-allowed", "opted-out")),
    (("own-network", 0xFF, 0), (403, "target-not-allowed", "own-network")),
])  # fmt: skip
def test_refusals_of_the_prober(make_frontend, refusal, problem):
    frontend = make_frontend()
    frontend.prober.mode, frontend.prober.refusal = "refuse", refusal
    answer = frontend.check()
    assert answer.is_problem(*problem), answer
    if answer.status in (429, 503):
        assert retry_after(answer) == -(-refusal[2] // 1000)


# --- different targets ------------------------------------------------------------------


def target(number):
    return f"93.184.216.{number}"


def test_different_targets_in_an_hour(proxied):
    frontend = proxied(**client_limit(1000), **{"client-targets": 4})
    visitor, other = by_way_of(VISITOR), by_way_of(OTHER_VISITOR)
    for number in (1, 2, 3, 1, 4):
        assert frontend.check(target(number), headers=visitor).status == 200
    answer = frontend.check(target(5), headers=visitor)
    assert answer.is_problem(429, "rate-limited", "client-targets"), answer
    assert retry_after(answer) <= HOUR_S / 4
    assert frontend.check(target(2), headers=visitor).status == 200, "the target was asked about before"
    assert frontend.check("me", headers=visitor).status == 403, "no target, and not public here"
    assert frontend.check(target(5), headers=other).status == 200
    asked = [target(number) for number in (1, 2, 3, 1, 4, 2, 5)]
    assert frontend.prober.addresses == asked


def test_a_name_of_both_families_is_two_targets(make_frontend):
    frontend = make_frontend(limits={**client_limit(1000), "client-targets": 3})
    frontend.dns.zone[DUAL] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    assert frontend.check(DUAL).status == 200
    assert frontend.get("/api/v1/limits").json["new_targets"]["remaining"] == 1
    assert frontend.check(DUAL).status == 200
    assert frontend.check(OTHER_TARGET).status == 200
    assert frontend.check(target(9)).is_problem(429, "rate-limited", "client-targets")


def test_the_presets_follow_the_quota(make_frontend):
    limits = make_frontend(limits=client_limit(20)).get("/api/v1/limits").json
    assert (limits["new_targets"]["quota"], limits["checks_at_once"]) == (20, 32)
    limits = make_frontend(limits=client_limit(1000)).get("/api/v1/limits").json
    assert (limits["new_targets"]["quota"], limits["checks_at_once"]) == (1000, 500)
    limits = make_frontend().get("/api/v1/limits").json
    assert (limits["new_targets"], limits["checks_at_once"]) == (None, None)


# --- who pays for what is refused ---------------------------------------------------------


def spent(frontend, visitor):
    """Units and new targets that the visitor has spent."""
    limits = frontend.get("/api/v1/limits", headers=by_way_of(visitor)).json
    return [limits[limit]["quota"] - limits[limit]["remaining"] for limit in ("client", "new_targets")]


def test_a_check_that_the_target_s_limit_refuses_costs_the_request_alone(proxied):
    frontend = proxied(**client_limit(100), **target_limit(3), **{"client-targets": 10})
    assert frontend.check(TARGET, 443, 80, 22, headers=by_way_of(OTHER_VISITOR)).status == 200
    answer = frontend.check(TARGET, 443, 80, 22, headers=by_way_of(VISITOR))
    assert answer.is_problem(429, "rate-limited", "target"), answer
    assert spent(frontend, VISITOR) == [1, 0]


def test_a_check_that_the_limit_of_targets_refuses_costs_the_request_alone(proxied):
    frontend = proxied(**client_limit(100), **target_limit(3), **{"client-targets": 1})
    assert frontend.check(OTHER_TARGET, 443, headers=by_way_of(VISITOR)).status == 200
    answer = frontend.check(TARGET, 443, 80, 22, headers=by_way_of(VISITOR))
    assert answer.is_problem(429, "rate-limited", "client-targets"), answer
    assert spent(frontend, VISITOR) == [2, 1]
    assert frontend.check(TARGET, 443, 80, 22, headers=by_way_of(OTHER_VISITOR)).status == 200


def test_one_family_refused_costs_the_other_nothing(proxied):
    frontend = proxied(**client_limit(100), **target_limit(2), **{"client-targets": 10})
    frontend.dns.zone[DUAL] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    assert frontend.check(TARGET_IPV6, 443, 80, headers=by_way_of(OTHER_VISITOR)).status == 200
    answer = frontend.check(DUAL, 443, 80, headers=by_way_of(VISITOR))
    assert answer.is_problem(429, "rate-limited", "target"), answer
    assert frontend.check(TARGET, 443, 80, headers=by_way_of(VISITOR)).status == 200
    assert spent(frontend, VISITOR) == [1 + 2, 1]


# --- too much at once ------------------------------------------------------------------


def test_more_than_may_be_pending(make_frontend):
    frontend = make_frontend(limits={"max-pending": 2})
    frontend.prober.mode = "silent"
    waiting = [
        threading.Thread(target=frontend.check, args=(address,)) for address in (TARGET, OTHER_TARGET)
    ]
    for thread in waiting:
        thread.start()
    wait_until(lambda: len(frontend.prober.asked) == 2, "two checks under way")
    for path in ("/api/v1/check", "/"):
        answer = frontend.check(path=path)
        assert answer.status == 503, answer
        if path != "/":
            assert answer.is_problem(503, "busy"), answer
            retry_after(answer)
    assert frontend.get("/api/v1/me").status == 200
    frontend.prober.hang_up()
    for thread in waiting:
        thread.join()
    frontend.prober.mode = "answer"
    frontend.wait_ready()
    assert frontend.check().status == 200


def test_more_of_one_visitor_than_may_be_under_way(proxied):
    frontend = proxied(**{"client-checks": 2})
    frontend.prober.mode = "silent"

    def ask(address=TARGET):
        return frontend.check(address, headers=by_way_of(VISITOR))

    waiting = [threading.Thread(target=ask, args=(address,)) for address in (TARGET, OTHER_TARGET)]
    for thread in waiting:
        thread.start()
    wait_until(lambda: len(frontend.prober.asked) == 2, "two checks under way")
    answer = ask()
    assert answer.is_problem(429, "rate-limited", "client-checks"), answer
    assert retry_after(answer) == 1
    frontend.prober.mode = "answer"
    assert frontend.check(target(1), headers=by_way_of(OTHER_VISITOR)).status == 200
    frontend.prober.hang_up()
    for thread in waiting:
        thread.join()
    frontend.wait_ready()
    assert ask().status == 200


def test_the_limit_of_targets_is_told(make_frontend):
    frontend = make_frontend(limits={**client_limit(50), "client-targets": 3})
    for number, host in enumerate((TARGET, TARGET, "93.184.215.15"), 1):
        answer = frontend.check(host)
        assert answer.header("RateLimit-Policy") == (
            f'"client";q=50;w={HOUR_S}, "client-targets";q=3;w=3600'
        )
        assert f'"client-targets";r={[None, 2, 2, 1][number]};t=' in answer.header("RateLimit")


@pytest.mark.parametrize("limits, names", (
    ({"client-targets": 0, "client-quota": 5}, {"client"}),
    ({"client-targets": 5, "client-quota": 0}, {"client-targets"}), ({"client-quota": 0}, set()),
))  # fmt: skip
def test_limits_that_are_off_are_not_told(limits, names, make_frontend):
    answer = make_frontend(limits=limits).get("/api/v1/me")
    told = answer.header("RateLimit-Policy") if names else ""
    assert set(re.findall('"([a-z-]+)"', told)) == names
    assert names or "ratelimit" not in answer.headers

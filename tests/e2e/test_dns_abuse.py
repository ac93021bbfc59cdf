# SPDX-License-Identifier: BSD-2-Clause
"""Name servers that keep silent, and names that change while they are judged."""
import os
import time
from concurrent.futures import ThreadPoolExecutor

from frontend import OTHER_TARGET, TARGET, TARGET_IPV6

SOAK = "PORTLIGHT_SOAK" in os.environ
STARVE_S = 60 if SOAK else 12
SILENT_PER_S, HONEST_PER_S = 40, 50
DNS_TIMEOUT_MS = 2000
HONEST_P99_S = 1.5  # 50 ms with nothing else on the machine; who waits for a silent server, 2 s
REBINDINGS = 10_000 if SOAK else 4000
AT_ONCE = 16


def paced(pool, ask, names, per_s):
    """Calls ask(name) per_s times a second, and does not wait for earlier calls."""
    started, asked = time.monotonic(), []
    for number, name in enumerate(names):
        time.sleep(max(0, started + number / per_s - time.monotonic()))
        asked.append(pool.submit(ask, name))
    return [future.result() for future in asked]


def test_silent_names_starve_nobody(make_frontend):
    frontend = make_frontend(
        resolver={"timeout-ms": DNS_TIMEOUT_MS}, limits={"client-connections": 0}
    )
    silent = [f"s{i}.silent.net" for i in range(SILENT_PER_S * STARVE_S)]
    honest = [f"h{i}.vectors.net" for i in range(HONEST_PER_S * STARVE_S)]
    frontend.dns.zone.update({name: {"timeout": True} for name in silent})
    frontend.dns.zone.update({name: {"A": [TARGET]} for name in honest})

    def ask(name):
        begun = time.monotonic()
        return frontend.check(name, 443), time.monotonic() - begun

    at_once = SILENT_PER_S * DNS_TIMEOUT_MS // 1000 * 2
    with ThreadPoolExecutor(2) as both, ThreadPoolExecutor(at_once) as many, \
            ThreadPoolExecutor(AT_ONCE) as some:  # fmt: skip
        attack = both.submit(paced, many, ask, silent, SILENT_PER_S)
        answers = both.submit(paced, some, ask, honest, HONEST_PER_S).result()
        attack = attack.result()

    failed = [answer for answer, _ in answers if answer.status != 200]
    assert len(failed) <= len(honest) / 1000, failed[:3]
    times = sorted(took for _, took in answers)
    assert times[int(len(times) * 0.99)] < HONEST_P99_S, times[-10:]
    for answer, took in attack:
        assert answer.is_problem(422, "name-not-found", "dns-timeout"), answer
        assert took < DNS_TIMEOUT_MS / 1000 + 4
    assert set(frontend.prober.addresses) == {TARGET}
    asked = {question.name for question in frontend.dns.questions}
    asked.discard("")  # the frontend's own, after lookups in vain: are the name servers there?
    assert asked == set(silent) | set(honest)


def test_names_that_change_lead_nowhere_inside(make_frontend):
    """A check uses the addresses of its one lookup, whatever later lookups say."""
    frontend = make_frontend(limits={"client-connections": 0})
    name, both = "rebind.vectors.net", "rebind6.vectors.net"
    turns = [[TARGET], ["127.0.0.1"], [OTHER_TARGET], ["10.0.0.1"]]
    frontend.dns.zone[name] = {"rebind": turns, "ttl": 0}
    frontend.dns.zone[both] = {
        "rebind": [[TARGET, TARGET_IPV6], ["169.254.169.254", "::1"], [TARGET, "fd00::1"]],
        "ttl": 0,
    }
    asked = [name, both] * (REBINDINGS // 2)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(frontend.check, asked))

    for answer in answers:
        assert answer.status == 200 or answer.is_problem(
            403, "target-not-allowed", "resolves-non-public"
        ), answer
    accepted = sum(answer.status == 200 for answer in answers)
    assert REBINDINGS / 10 < accepted < REBINDINGS
    assert set(frontend.prober.addresses) <= {TARGET, OTHER_TARGET, TARGET_IPV6}
    for of in (name, both):
        for family in ("A", "AAAA"):
            questions = [each for each in frontend.dns.asked(of) if each.family == family]
            assert len(questions) == asked.count(of), "a check looks up once"

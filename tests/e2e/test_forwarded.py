# SPDX-License-Identifier: BSD-2-Clause
"""Who asks and who pays, with no, one and two trusted proxies."""
import pytest

from forwarded_vectors import FAR, IPV6, NEAR, OTHER, REFUSED, VECTORS, VISITOR, XFF
from frontend import TARGET, Frontend

# long enough that nothing comes back while the tests run
LIMITS = {"client-quota": 2000, "client-window-s": 86400}
PROXIES = ([], [NEAR], [NEAR, FAR])
EVERYBODY = (VISITOR, OTHER, NEAR, FAR, IPV6)
STRANGER = "127.0.0.9"


@pytest.fixture(scope="module")
def frontends():
    """One frontend for each number of proxies that it trusts."""
    made = [Frontend(http={"trusted-proxies": list(trusted)}, limits=LIMITS) for trusted in PROXIES]
    for frontend in made:
        frontend.__enter__()
    yield made
    for frontend in made:
        frontend.__exit__()


def remaining(frontend, who):
    answer = frontend.get("/api/v1/limits", [(XFF, who)])
    return answer.json["client"]["remaining"]


def who_paid(frontend, headers):
    """The answer to a check, and what each client paid for it."""
    before = {who: remaining(frontend, who) for who in EVERYBODY}
    answer = frontend.check(TARGET, 443, headers=headers)
    after = {who: remaining(frontend, who) for who in EVERYBODY}
    return answer, {who: before[who] - after[who] for who in EVERYBODY if before[who] != after[who]}


@pytest.mark.parametrize("case", VECTORS)
def test_nobody_is_believed(frontends, case):
    headers, *_ = VECTORS[case]
    answer = frontends[0].get("/api/v1/me", headers)
    assert answer.json == {"address": NEAR, "family": "ipv4"}
    before = remaining(frontends[0], NEAR)
    assert frontends[0].check(TARGET, 443, headers=headers).status == 200
    assert remaining(frontends[0], NEAR) == before - 1


@pytest.mark.parametrize("case", VECTORS)
@pytest.mark.parametrize("trusted", [1, 2])
def test_who_is_believed(frontends, trusted, case):
    frontend, (headers, *expected) = frontends[trusted], VECTORS[case]
    choices = expected[trusted - 1].split("|")
    frontend.prober.forget()

    answer = frontend.get("/api/v1/me", headers)
    checked, paid = who_paid(frontend, headers)

    if answer.status == 200:
        who = answer.json["address"]
        assert who in choices, answer
        assert answer.json["family"] == ("ipv6" if ":" in who else "ipv4")
        assert checked.status == 200
        assert paid == {who: 1}
    else:
        assert REFUSED in choices, answer
        for refusal in (answer, checked):
            assert refusal.is_problem(400, "malformed-request", "bad-header"), refusal
        assert set(paid) <= {NEAR}, "what is not believed costs no third party"
        assert frontend.prober.asked == []


def test_there_are_enough():
    assert len(VECTORS) >= 60


@pytest.mark.parametrize("case", VECTORS)
def test_a_stranger_is_not_believed(frontends, case):
    """A peer that is no proxy, though others are."""
    headers, *_ = VECTORS[case]
    answer = frontends[2].request("GET", "/api/v1/me", headers=headers, source=STRANGER)
    assert answer.json["address"] == STRANGER


@pytest.mark.parametrize("prefix, believed", [
    ("127.0.0.0/8", True), ("127.0.0.1/32", True), ("127.0.0.0/31", True), ("0.0.0.0/0", True),
    ("127.0.0.2/32", False), ("127.0.0.2/31", False), ("::1/128", False), ("::/0", False),
])  # fmt: skip
def test_prefixes_of_proxies(make_frontend, prefix, believed):
    frontend = make_frontend(http={"trusted-proxies": [prefix]})
    answer = frontend.get("/api/v1/me", [(XFF, VISITOR)])
    # where all is trusted, the visitor's own address is, too, and still the visitor's
    assert answer.json["address"] == (VISITOR if believed else NEAR)


def test_a_mapped_peer_is_its_ipv4_address(make_frontend):
    frontend = make_frontend(start=False, http={"trusted-proxies": [NEAR]})
    address, port = frontend.listen.split(":")
    text = frontend.config.read_text()
    frontend.config.write_text(text.replace(frontend.listen, f"[::ffff:{address}]:{port}"))
    frontend.start()
    assert frontend.get("/api/v1/me").json == {"address": NEAR, "family": "ipv4"}
    assert frontend.get("/api/v1/me", [(XFF, VISITOR)]).json["address"] == VISITOR

# SPDX-License-Identifier: BSD-2-Clause
"""Who the visitor is, and that nobody can pass for somebody else."""
import pytest

from frontend import OTHER_TARGET, TARGET, Frontend

VISITOR, OTHER, PROXY = "198.51.100.7", "198.51.100.8", "192.0.2.1"
HOUR_S = 3600
XFF, FORWARDED = "X-Forwarded-For", "Forwarded"

# header lines as a trusted proxy passes them on, and the visitor they mean
MEANINGS = {
    "none": ([], "127.0.0.1"),
    "one": ([(XFF, VISITOR)], VISITOR),
    "blanks": ([(XFF, f" \t{VISITOR}  ")], VISITOR),
    "IPv6": ([(XFF, "2001:db8::1")], "2001:db8::1"),
    "IPv6 in capitals": ([(XFF, "2001:DB8:0::1")], "2001:db8::1"),
    "mapped": ([(XFF, f"::ffff:{VISITOR}")], VISITOR),
    "invented first hops": ([(XFF, f"127.0.0.1, 8.8.8.8, {VISITOR}")], VISITOR),
    "invented proxies": ([(XFF, f"{OTHER}, {PROXY}, {VISITOR}")], VISITOR),
    "over another proxy": ([(XFF, f"{OTHER}, {VISITOR}, {PROXY}")], VISITOR),
    "over two more": ([(XFF, f"{OTHER},{VISITOR},{PROXY},192.0.2.2")], VISITOR),
    "proxies alone": ([(XFF, f"{PROXY}, 192.0.2.2")], PROXY),
    "two lines": ([(XFF, OTHER), (XFF, VISITOR)], VISITOR),
    "two lines in two cases": ([("x-forwarded-for", OTHER), (XFF, VISITOR)], VISITOR),
    "a port": ([(XFF, f"{VISITOR}:80")], VISITOR),
    "brackets": ([(XFF, "[2001:db8::1]")], "2001:db8::1"),
    "garbage in front": ([(XFF, f"<script>, {VISITOR}")], VISITOR),
    "very many": ([(XFF, ",".join([VISITOR] * 200))], VISITOR),
    "forwarded": ([(FORWARDED, f"for={VISITOR}")], VISITOR),
    "forwarded, more pairs": (
        [(FORWARDED, f"by={PROXY};For={VISITOR};proto=https;host=x")], VISITOR),
    "forwarded, port": ([(FORWARDED, f'for="{VISITOR}:4711"')], VISITOR),
    "forwarded, IPv6": ([(FORWARDED, 'for="[2001:db8::1]"')], "2001:db8::1"),
    "forwarded, IPv6 and port": ([(FORWARDED, 'for="[2001:db8::1]:4711"')], "2001:db8::1"),
    "forwarded, invented": ([(FORWARDED, f"for={OTHER}, for={VISITOR}")], VISITOR),
    "forwarded, quoted comma": (
        [(FORWARDED, f'for={OTHER};host=", for={OTHER}", for={VISITOR}')], VISITOR),
    "both, agreeing": ([(XFF, VISITOR), (FORWARDED, f"for={VISITOR}")], VISITOR),
    "other headers": ([("X-Real-IP", OTHER), ("Client-IP", OTHER), ("X-Client-IP", OTHER),
                       ("True-Client-IP", OTHER), ("X-Forwarded", OTHER), ("Via", OTHER),
                       ("CF-Connecting-IP", OTHER), ("X-Forwarded-Host", OTHER)], "127.0.0.1"),
}  # fmt: skip

# what a proxy would not send: better no answer than a guess
REFUSED = {
    "a name": [(XFF, "example.net")],
    "unknown": [(XFF, "unknown")],
    "octal": [(XFF, "0306.51.100.7")],
    "short": [(XFF, "198.51.7")],
    "a zone": [(XFF, "fe80::1%eth0")],
    "quotes": [(XFF, f'"{VISITOR}"')],
    "hidden comma": [(XFF, f'"{OTHER}, {VISITOR}"')],
    "an empty hop": [(XFF, f"{VISITOR},,{PROXY}")],
    "a prefix": [(XFF, "198.51.100.0/24")],
    "blank between": [(XFF, f"{OTHER} {VISITOR}")],
    "semicolon": [(XFF, f"{OTHER};{VISITOR}")],
    "forwarded without for": [(FORWARDED, "by=192.0.2.1")],
    "forwarded, obfuscated": [(FORWARDED, "for=_hidden")],
    "forwarded, unknown": [(FORWARDED, "for=unknown")],
    "forwarded, two": [(FORWARDED, f"for={OTHER};for={VISITOR}")],
    "forwarded, open bracket": [(FORWARDED, 'for="[2001:db8::1"')],
    "forwarded, IPv6 without brackets": [(FORWARDED, "for=2001:db8::1")],
    "forwarded, bad port": [(FORWARDED, f'for="{VISITOR}:x"')],
    "forwarded, open quote": [(FORWARDED, f'for="{VISITOR}')],
    "both, different": [(XFF, VISITOR), (FORWARDED, f"for={OTHER}")],
}  # fmt: skip


@pytest.fixture(scope="module")
def proxied():
    proxies = {"trusted-proxies": ["127.0.0.1", "192.0.2.0/24"]}
    with Frontend(http=proxies, limits={"client-quota": 0}) as frontend:
        yield frontend


@pytest.mark.parametrize("case", MEANINGS)
def test_visitor_behind_a_trusted_proxy(proxied, case):
    headers, visitor = MEANINGS[case]
    family = "ipv6" if ":" in visitor else "ipv4"
    assert proxied.get("/api/v1/me", headers).json == {"address": visitor, "family": family}


@pytest.mark.parametrize("case", REFUSED)
def test_header_that_no_proxy_sends(proxied, case):
    answer = proxied.get("/api/v1/me", REFUSED[case])
    assert answer.is_problem(400, "malformed-request", "bad-header"), answer


@pytest.mark.parametrize("case", [*MEANINGS, *REFUSED])
def test_nobody_else_is_believed(frontend, case):
    headers = MEANINGS[case][0] if case in MEANINGS else REFUSED[case]
    assert frontend.get("/api/v1/me", headers).json["address"] == "127.0.0.1"


def test_a_spoofed_header_buys_nothing(make_frontend):
    """Not from an untrusted peer, and not in front of what the proxy added."""
    limits = {"client-quota": 5, "client-window-s": HOUR_S}
    direct = make_frontend(limits=limits)
    statuses = [direct.check(headers=[(XFF, f"198.51.100.{i}")]).status for i in range(10)]
    assert statuses == [200] * 5 + [429] * 5

    behind = make_frontend(limits=limits, http={"trusted-proxies": ["127.0.0.1"]})
    statuses = [
        behind.check(headers=[(XFF, f"198.51.100.{i}"), (XFF, VISITOR)]).status for i in range(10)
    ]
    assert statuses == [200] * 5 + [429] * 5
    assert behind.check(headers=[(XFF, OTHER)]).status == 200


@pytest.mark.parametrize("same, other", [
    (["2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::2"],
     "2001:db8:0:2::1"),
    ([VISITOR, f"::ffff:{VISITOR}", "::ffff:c633:6407"], OTHER),
])  # fmt: skip
def test_who_shares_a_quota(make_frontend, same, other):
    frontend = make_frontend(
        limits={"client-quota": 2, "client-window-s": HOUR_S},
        http={"trusted-proxies": ["127.0.0.1"]},
    )
    assert [frontend.check(headers=[(XFF, visitor)]).status for visitor in same] == [200, 200, 429]
    assert frontend.check(headers=[(XFF, other)]).status == 200


@pytest.mark.parametrize("asked", [{"host": "me"}, {}])
def test_me_is_checked_where_it_came_from(proxied, asked):
    proxied.prober.forget()
    headers = [(XFF, TARGET)]
    for answer in (
        proxied.post({"ports": [443], **asked}, headers=headers),
        proxied.check(asked.get("host"), 443, headers=headers),
    ):
        assert answer.status == 200, answer
        assert [found["address"] for found in answer.json["addresses"]] == [TARGET]
    assert proxied.prober.addresses == [TARGET, TARGET]


def test_me_of_the_other_family(proxied):
    answer = proxied.check("me", 443, family="ipv6", headers=[(XFF, TARGET)])
    assert answer.is_problem(400, "malformed-request", "family-mismatch")


def test_me_of_a_visitor_inside_is_not_checked(proxied):
    proxied.prober.forget()
    for visitor in ("10.0.0.1", "::1", "fd00::1", "169.254.169.254"):
        answer = proxied.check("me", 443, headers=[(XFF, visitor)])
        assert answer.status == 403, answer
    assert proxied.prober.asked == []


def test_the_form_suggests_the_visitor(proxied):
    text = proxied.get("/", [(XFF, OTHER_TARGET)]).text
    assert f'href="./?me">{OTHER_TARGET}</a>' in text and 'value=""' in text
    assert f'value="{OTHER_TARGET}"' in proxied.get("/?me", [(XFF, OTHER_TARGET)]).text
    text = proxied.get("/?me", [(XFF, "10.0.0.1")]).text
    assert "you are 10.0.0.1. That is not a public address" in text and 'value=""' in text

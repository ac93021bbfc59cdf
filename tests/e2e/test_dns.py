# SPDX-License-Identifier: BSD-2-Clause
"""What a name leads to: every `dns:` row of the vectors, and cases that they leave out."""
import csv
import json

import pytest

from frontend import OTHER_TARGET, TARGET, TARGET_IPV6
from service import ROOT

PREFIX = "dns:"
REBINDINGS = 200
NOT_FOUND = {"dns-nxdomain", "dns-no-address", "dns-error", "dns-timeout"}
MANY = [f"93.184.{i // 200}.{i % 200}" for i in range(1000)]


def read_rows():
    with open(ROOT / "tests" / "data" / "ssrf_vectors.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        (json.loads(row["input"].removeprefix(PREFIX)), row["expected"], row["reason"])
        for row in rows
        if row["input"].startswith(PREFIX)
    ]


# More of the same kinds.
OURS = [
    ({"A": [TARGET] * 30 + ["10.0.0.1"]}, "reject:resolves-non-public", "private at position 31"),
    ({"A": [TARGET] * 50 + ["10.0.0.1"]}, "reject:resolves-non-public|reject:dns-error",
     "private at position 51"),
    ({"A": MANY + ["10.0.0.1"]}, "reject:resolves-non-public|reject:dns-error",
     "private behind a thousand, over TCP"),
    ({"AAAA": [TARGET_IPV6, "fc00::1"]}, "reject:resolves-non-public", "mixed AAAA"),
    ({"AAAA": ["64:ff9b::7f00:1"]}, "reject:resolves-non-public", "NAT64 AAAA"),
    ({"A": [TARGET], "AAAA": ["2002:a00:1::1"]}, "reject:resolves-non-public",
     "public A, 6to4 AAAA"),
    ({"A": ["0.0.0.0"]}, "reject:resolves-non-public", "unspecified A"),
    ({"A": ["255.255.255.255"]}, "reject:resolves-non-public", "broadcast A"),
    ({"A": ["10.0.0.1"], "owner": "other.vectors.net"},
     "reject:dns-no-address|reject:dns-error|reject:dns-timeout", "records of another owner"),
    ({"A": [TARGET], "owner": "other.vectors.net"},
     "reject:dns-no-address|reject:dns-error|reject:dns-timeout", "public ones of another owner"),
    ({"A": [TARGET], "question": "other.vectors.net"}, "reject:dns-timeout|reject:dns-error",
     "the answer to another question"),
    ({"A": [TARGET], "additional": ["10.0.0.1"]},
     f"accept:{TARGET}|reject:resolves-non-public|reject:dns-error", "private beside the answer"),
    ({"A": [TARGET], "CNAME": "www.vectors.net"}, f"accept:{TARGET}", "a public alias"),
    ({"A": [TARGET], "CNAME_chain": 5}, f"accept:{TARGET}", "a short chain of aliases"),
    ({"TC": True, "tcp": {"A": [TARGET]}}, f"accept:{TARGET}", "truncated, whole over TCP"),
    ({"TC": True, "tcp": {"timeout": True}}, "reject:dns-timeout|reject:dns-error",
     "truncated, silent over TCP"),
    ({}, "reject:dns-no-address", "a name without addresses"),
    ({"rcode": "FORMERR"}, "reject:dns-error", "FORMERR"),
    ({"rcode": "NOTIMP"}, "reject:dns-error", "NOTIMP"),
    ({"rebind": [[TARGET], ["127.0.0.1"]], "ttl": 0}, f"accept:{TARGET}",
     "rebinding: first answer public"),
]  # fmt: skip
ROWS = read_rows() + OURS
REJECTED = [i for i, row in enumerate(ROWS) if "non-public" in row[1] and "accept" not in row[1]]


def denied_texts(behaviour):
    """Every address that the answer must not give away, as a name server spells it."""
    texts = set()
    for key in ("A", "AAAA"):
        texts.update(behaviour.get(key, []))
    for answer in behaviour.get("rebind", []):
        texts.update(answer)
    return texts | (denied_texts(behaviour["tcp"]) if "tcp" in behaviour else set())


def assert_rejected(answer, codes):
    code = answer.problem["code"]
    assert code in codes, answer
    name, status = ("name-not-found", 422) if code in NOT_FOUND else ("target-not-allowed", 403)
    assert answer.is_problem(status, name, code), answer
    assert [error["pointer"] for error in answer.problem["errors"]] == ["#/host"]


def split_expected(expected):
    """The accepted addresses, or None, and the codes of rejection."""
    accepted, codes = None, set()
    for alternative in expected.split("|"):
        verb, _, value = alternative.partition(":")
        if verb == "accept":
            accepted = value.split(",")
        else:
            codes.add(value)
    return accepted, codes


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[row[2] for row in ROWS])
def test_row(frontend, number):
    behaviour, expected, _ = ROWS[number]
    name = f"r{number}.vectors.net"
    frontend.dns.zone[name] = behaviour
    accepted, codes = split_expected(expected)

    answer = frontend.check(name, 443)

    assert frontend.dns.asked(name), "the name was never looked up"
    if accepted is not None and answer.status == 200:
        assert answer.json["host"] == name
        assert [address["address"] for address in answer.json["addresses"]] == accepted
        assert frontend.prober.addresses == accepted
    else:
        assert_rejected(answer, codes)
        assert frontend.prober.asked == []
        assert not [text for text in denied_texts(behaviour) if text in answer.text]


def test_there_are_rows():
    assert len(read_rows()) >= 23


@pytest.mark.parametrize("number", REJECTED)
@pytest.mark.parametrize("form", ["text/plain", "text/event-stream", "page"])
def test_no_form_gives_a_denied_address_away(frontend, number, form):
    behaviour, _, _ = ROWS[number]
    name = f"r{number}.{form.replace('/', '-')}.vectors.net"
    frontend.dns.zone[name] = behaviour

    if form == "page":
        answer = frontend.check(name, 443, path="/")
    else:
        answer = frontend.check(name, 443, headers={"Accept": form})

    said = answer.text.replace("you are 127.0.0.1.", "")  # of the visitor
    assert not [text for text in denied_texts(behaviour) if text in said]
    assert frontend.prober.asked == []


def test_rebinding_never_reaches_the_second_answer(frontend):
    name = "rebind.vectors.net"
    frontend.dns.zone[name] = {"rebind": [[TARGET], ["127.0.0.1"]], "ttl": 0}

    answers = [frontend.check(name, 443) for _ in range(REBINDINGS)]

    for answer in answers:
        assert answer.status == 200 or answer.is_problem(
            403, "target-not-allowed", "resolves-non-public"
        ), answer
    accepted = sum(answer.status == 200 for answer in answers)
    assert accepted > 0
    assert frontend.prober.addresses == [TARGET] * accepted
    asked = [question for question in frontend.dns.asked(name) if question.family == "A"]
    assert len(asked) == REBINDINGS, "a name is looked up once"


@pytest.mark.parametrize("family, address", [("ipv4", TARGET), ("ipv6", TARGET_IPV6)])
def test_family_is_all_that_is_asked_for(frontend, family, address):
    name = f"{family}.vectors.net"
    frontend.dns.zone[name] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}

    answer = frontend.check(name, 443, family=family)

    assert [found["address"] for found in answer.json["addresses"]] == [address]
    assert frontend.prober.addresses == [address]


def test_family_that_the_name_lacks(frontend):
    frontend.dns.zone["only4.vectors.net"] = {"A": [TARGET]}
    answer = frontend.check("only4.vectors.net", 443, family="ipv6")
    assert answer.is_problem(422, "name-not-found", "dns-no-address"), answer


def test_one_family_silent_the_other_is_checked_and_it_is_said(frontend):
    frontend.dns.zone["half.vectors.net"] = {"A": [TARGET], "silent": "AAAA"}
    answer = frontend.check("half.vectors.net", 443)
    assert frontend.prober.addresses == [TARGET]
    assert [warning for warning in answer.json["warnings"] if "IPv6" in warning], answer


def test_one_family_silent_the_other_private(frontend):
    frontend.dns.zone["ula.vectors.net"] = {"AAAA": ["fd00::1"], "silent": "A"}
    assert_rejected(frontend.check("ula.vectors.net", 443), {"resolves-non-public"})
    assert frontend.prober.asked == []


def test_more_addresses_than_checked_is_said(frontend):
    frontend.dns.zone["two.vectors.net"] = {"A": [TARGET, OTHER_TARGET]}
    answer = frontend.check("two.vectors.net", 443)
    assert len(answer.json["addresses"]) == 1
    assert len(answer.json["warnings"]) == 1


def test_the_name_is_asked_as_it_was_judged(frontend):
    """Lower case, no search list, the trailing dot gone, IDNA as A-labels."""
    frontend.dns.zone["xn--bcher-kva.vectors.net"] = {"A": [TARGET]}
    frontend.dns.questions.clear()
    for host in ("bücher.VECTORS.net", "xn--bcher-kva.vectors.net."):
        answer = frontend.check(host, 443)
        assert answer.status == 200, answer
        assert answer.json["host"] == "xn--bcher-kva.vectors.net"
    assert {question.name for question in frontend.dns.questions} == {"xn--bcher-kva.vectors.net"}


def test_a_literal_is_never_looked_up(frontend):
    before = len(frontend.dns.questions)
    assert frontend.check(TARGET, 443).status == 200
    assert frontend.check("127.0.0.1", 443).status == 403
    assert len(frontend.dns.questions) == before

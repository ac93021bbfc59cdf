# SPDX-License-Identifier: BSD-2-Clause
"""Somebody on the path answers in the target's name: only answers that match our SYN count."""
import pathlib

import pytest

import forger
from network import stop
from scenarios import SYN_MAX

FORGER = pathlib.Path(forger.__file__)
SILENT = 3389  # the host drops, so that nobody but the forger answers
BOTH = pytest.mark.parametrize("family", (4, 6))


@pytest.fixture
def ask(network, service):
    """The API's object for the silent port while the first router forges."""

    def check(family, *kinds):
        address = network.address(family, "target")
        process = network.python("r1", FORGER, "left", address, str(SILENT), *kinds)
        try:
            status, answer = service.check(address, SILENT)
        finally:
            stop(process)
        assert status == 200, answer
        return answer["addresses"][0]["ports"][0]

    return check


@BOTH
def test_false_answers_change_nothing(family, ask):
    port = ask(family, *forger.FALSE)
    assert (port["state"], port["reason"]) == ("filtered", "no-response")
    assert port["sent"] == SYN_MAX
    assert (port["responder"], port["ttl"], port["icmp"]) == (None, None, None)


@BOTH
def test_false_answers_leave_no_word(family, ask):
    told = ("state", "disposition", "actor", "confidence", "evidence", "explanations", "sent")
    quiet, forged = ask(family), ask(family, *forger.FALSE)
    assert [forged[name] for name in told] == [quiet[name] for name in told]


@BOTH
@pytest.mark.parametrize(
    "kind,state,reason",
    [
        ("syn-ack", "open", "syn-ack"),
        ("rst", "closed", "reset"),
        ("icmp", "filtered", "icmp-admin-prohibited"),
        ("icmp-quote-8", "filtered", "icmp-admin-prohibited"),
    ],
)
def test_true_answers_count(family, kind, state, reason, ask):
    """The same forger with right numbers, so that the failure of the false ones means something."""
    port = ask(family, kind)
    assert (port["state"], port["reason"]) == (state, reason)


@BOTH
def test_a_true_answer_counts_among_false_ones(family, ask):
    port = ask(family, *forger.FALSE, "rst")
    assert (port["state"], port["reason"]) == ("closed", "reset")


@BOTH
@pytest.mark.parametrize(
    "first,evidence", [("rst", "rst-injected"), ("icmp", "icmp-contradicted")]
)
def test_a_syn_ack_beats_what_came_before(family, first, evidence, ask):
    port = ask(family, first, "syn-ack@0.1")
    assert (port["state"], port["reason"]) == ("open", "syn-ack")
    assert evidence in port["evidence"]


@BOTH
def test_a_rst_beats_an_icmp_error(family, ask):
    port = ask(family, "icmp", "rst@0.1")
    assert (port["state"], port["reason"]) == ("closed", "reset")
    assert "icmp-contradicted" in port["evidence"]

# SPDX-License-Identifier: BSD-2-Clause
"""The lab against its own table, with packets of our own: if these fail, the
network is wrong, not the checker."""
import pathlib
import sys
import time

import pytest

from packets import ACK, RST, SYN, Capture
from scenarios import CASES, TTL, case_id, responder

RAW_PROBE = pathlib.Path(__file__).with_name("raw_probe.py")
DEAD_HOST_S = 3.6  # after the first SYN, docs/verdicts.md, "ICMP errors"
LOCAL_ERRORS = {"local-firewall": {"EPERM"}, "no-route": {"ENETUNREACH", "EHOSTUNREACH"}}


@pytest.fixture(scope="module")
def seen(network, tmp_path_factory):
    """For each case what send() said and the first acceptable answer, if any."""
    first_sport = 40000
    sports = [first_sport + 16 * n for n in range(len(CASES))]
    arguments = [
        f"{network.address(family, row.place)},{row.port},{sport}"
        for (row, family), sport in zip(CASES, sports)
    ]
    path = tmp_path_factory.mktemp("capture") / "network.pcap"
    sources = (network.address(family, "prober") for family in (4, 6))
    with Capture(network, "prober", path) as capture:
        said = network.run("prober", sys.executable, str(RAW_PROBE), *sources, *arguments).split()
        time.sleep(max(0, DEAD_HOST_S - 8 * 0.35))
    answers = {}
    for packet in capture.packets():
        about = packet.quote or packet
        sport = about.sport if packet.quote else about.dport
        if sport is None or (packet.quote is None and not packet.flags & ACK):
            continue
        answers.setdefault(sport - sport % 16, packet)
    return {case: (text, answers.get(sport)) for case, text, sport in zip(CASES, said, sports)}


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_answer(case, network, seen):
    row, family = case
    said, answer = seen[case]
    reason, icmp = row.outcome.reason[family]
    if reason in LOCAL_ERRORS:
        assert said in LOCAL_ERRORS[reason]
        return
    assert said == "ok"
    if reason == "no-response":
        assert answer is None
        return
    assert answer is not None
    assert answer.src == responder(row, family, network.addressing)
    assert answer.ttl == TTL[row.outcome.by]
    assert answer.icmp == icmp
    if icmp is None:
        assert answer.flags == (SYN | ACK if reason == "syn-ack" else RST | ACK)

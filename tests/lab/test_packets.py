# SPDX-License-Identifier: BSD-2-Clause
"""What portlight really sends, as a capture beside it sees it."""
import sys
import time
from collections import defaultdict

import pytest

from packets import ACK, RST, SYN, Capture
from scenarios import SYN_MAX

OPEN, CLOSED, SILENT = 443, 22, 3389
BOTH = pytest.mark.parametrize("family", (4, 6))

# Which of four flows sends when: docs/verdicts.md, "Retransmission".
SCHEDULE_S = (0, 0.3, 0.7, 1.0, 1.35, 1.7, 2.05, 2.4)
FLOWS = "ABACBDCD"
TOLERANCE_S = 0.3  # less than from one SYN to the next
LAST_SYN_S = 3.0
MSS = {4: 1460, 6: 1440}  # an Ethernet frame less the headers
WINDOW = {4: 64239, 6: 64799}  # a byte less than Linux's, by which we know our own
MARKED = "BC"  # in the order in which they are asked; the others are as a client's
CLIENTS = range(49152, 61000)  # source ports of clients, by RFC 6335 and of Linux
RESERVED = range(61000, 65536)  # above what the kernel hands out itself


class Seen:
    """One check's packets, and what the API said."""

    def __init__(self, packets, answer):
        self.packets = packets
        self.answer = answer
        self.syns = [p for p in packets if p.outgoing and p.flags is not None and p.flags & SYN]
        self.acks = [p for p in packets if p.outgoing and p.flags == ACK]


@pytest.fixture(scope="module")
def observe(network, service):
    """Asks for one port with a capture running; every case once."""
    seen = {}

    def ask(family, port):
        if (family, port) not in seen:
            address = network.address(family, "target")
            path = service.directory / f"{family}-{port}.pcap"
            with Capture(network, "prober", path, f"host {address} and port {port}") as capture:
                status, answer = service.check(address, port)
                time.sleep(0.3)
            assert status == 200, answer
            seen[family, port] = Seen(capture.packets(), answer["addresses"][0]["ports"][0])
        return seen[family, port]

    return ask


@pytest.fixture(scope="module")
def kernels_syn(network, service):
    """{family: the SYN of this very machine's own connect()}."""
    path = service.directory / "kernel.pcap"
    code = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])))"
    with Capture(network, "prober", path, "tcp") as capture:
        for family in (4, 6):
            address = network.address(family, "target")
            network.run("prober", sys.executable, "-c", code, address, str(OPEN))
    return {p.family: p for p in capture.packets() if p.flags == SYN}


@BOTH
@pytest.mark.parametrize("port", (OPEN, CLOSED, SILENT))
def test_a_syn_looks_like_linux(family, port, observe, kernels_syn):
    real = kernels_syn[family]
    for syn in observe(family, port).syns:
        assert syn.flags == SYN
        assert [option[0] for option in syn.options] == [
            "mss", "sack-permitted", "timestamps", "nop", "window-scale",
        ]  # fmt: skip
        mss, _, (_, _, echo), _, scale = syn.options
        assert (mss[1], echo, scale[1]) == (MSS[family], 0, 7)
        assert (syn.window, syn.ack, syn.dont_fragment) == (WINDOW[family], 0, True)
        assert syn.ttl == 64 or port == CLOSED  # to see from where it refuses
        assert (mss, syn.window) == (real.options[0], real.window - 1)
        assert [option[0] for option in syn.options] == [option[0] for option in real.options]
        if family == 6:
            assert syn.flow_label != 0


@BOTH
def test_silence_is_asked_again_on_schedule(family, observe):
    seen = observe(family, SILENT)
    assert seen.answer["sent"] == len(seen.syns) == SYN_MAX
    start = seen.syns[0].time
    for syn, planned in zip(seen.syns, SCHEDULE_S):
        assert syn.time - start == pytest.approx(planned, abs=TOLERANCE_S)
        assert syn.time - start < LAST_SYN_S
    names = iter("ABCD")
    flows = defaultdict(lambda: next(names))
    assert "".join(flows[syn.sport] for syn in seen.syns) == FLOWS
    for syn in seen.syns:
        assert syn.tos == (0x28 if flows[syn.sport] in MARKED else 0)


@BOTH
def test_a_flow_repeats_itself_exactly(family, observe):
    by_port = defaultdict(list)
    for syn in observe(family, SILENT).syns:
        by_port[syn.sport].append(syn)
    for first, second in by_port.values():
        assert first.seq == second.seq
        assert first.flow_label == second.flow_label
        assert second.time - first.time > 0.5  # tcp_invalid_ratelimit of the target
    assert len({syns[0].seq for syns in by_port.values()}) == len(by_port)


@BOTH
def test_a_silent_port_gets_two_lone_acks(family, observe):
    """On a flow of their own, with the last SYNs; an answered port gets none."""
    seen = observe(family, SILENT)
    one, two = seen.acks
    assert (one.flow, one.seq, one.ack) == (two.flow, two.seq, two.ack)
    assert one.sport not in {syn.sport for syn in seen.syns}
    assert one.ack != 0 and one.ttl == 64
    assert one.time - seen.syns[0].time == pytest.approx(SCHEDULE_S[-2], abs=TOLERANCE_S)
    assert not observe(family, OPEN).acks and not observe(family, CLOSED).acks


@BOTH
def test_half_of_the_source_ports_are_clients(family, observe):
    """Some filters let replies go to the ports of clients only, others to the others."""
    for port in (OPEN, CLOSED, SILENT):
        assert observe(family, port).syns[0].sport in CLIENTS
    sports = list(dict.fromkeys(syn.sport for syn in observe(family, SILENT).syns))
    assert [sport in CLIENTS for sport in sports] == [True, True, False, False]
    assert all(sport in CLIENTS or sport in RESERVED for sport in sports)
    assert [sport % 2 == sports[0] % 2 for sport in sports] == [True, False, True, False]


@BOTH
def test_source_ports_cannot_be_bound(family, observe, network):
    """Reserved by bound sockets: no other program of the machine gets one."""
    [sport] = {syn.sport for syn in observe(family, OPEN).syns}
    code = (
        "import socket, sys\n"
        "try: socket.create_server((sys.argv[1], int(sys.argv[2])), family=int(sys.argv[3]))\n"
        "except OSError as error: print(error.errno)"
    )
    number = {4: 2, 6: 10}[family]
    address = network.address(family, "prober")
    said = network.run("prober", sys.executable, "-c", code, address, str(sport), str(number))
    assert said.strip() == "98"  # EADDRINUSE


@BOTH
def test_an_open_port_is_asked_once_and_torn_down_by_the_kernel(family, observe):
    seen = observe(family, OPEN)
    [syn] = seen.syns
    [syn_ack] = [p for p in seen.packets if p.flags == SYN | ACK]
    assert syn_ack.is_reply_to(syn)
    assert syn_ack.ack == (syn.seq + 1) % 2**32
    [reset] = [p for p in seen.packets if p.outgoing and p.flags & RST]
    assert reset.flow == syn.flow
    assert reset.flags == RST  # in answer to an ACK there is nothing to acknowledge
    assert reset.seq == syn_ack.ack
    assert reset.time - syn_ack.time < 0.1
    assert seen.answer["rtt_ms"] == pytest.approx((syn_ack.time - syn.time) * 1000, abs=1)


@pytest.fixture
def hidden_answers(network):
    """The prober's own firewall drops what comes from the open port."""
    rules = f"chain hide {{ type filter hook input priority 0;\ntcp sport {OPEN} drop\n}}"
    network.run("prober", "nft", "-f", "-", text=f"table inet hide {{\n{rules}\n}}\n")
    yield
    network.run("prober", "nft", "delete", "table", "inet", "hide")


@BOTH
def test_no_half_open_connection_stays_where_the_kernel_sees_no_answer(
    family, network, service, hidden_answers
):
    """The kernel has nothing to reset then, so that the prober does it itself."""
    address = network.address(family, "target")
    with Capture(network, "target", service.directory / "hidden.pcap", "tcp") as capture:
        _, answer = service.check(address, OPEN)
        time.sleep(0.5)
    [syn, syn_ack, reset] = capture.packets()
    assert (syn.flags, syn_ack.flags, reset.flags) == (SYN, SYN | ACK, RST)
    assert reset.flow == syn.flow
    assert (reset.seq, reset.ttl, reset.tos) == (syn_ack.ack, syn.ttl, syn.tos)
    assert answer["addresses"][0]["ports"][0]["state"] == "open"


@BOTH
def test_a_closed_port_is_asked_with_our_mark_and_without(family, observe):
    """And with small TTLs, to see from where it refuses."""
    seen = observe(family, CLOSED)
    full = [syn for syn in seen.syns if syn.ttl == 64]
    assert [syn.tos for syn in full] == [0, 0x28]
    assert seen.answer["sent"] == 2
    assert {syn.ttl for syn in seen.syns if syn.ttl != 64} <= {2, 3, 4}
    assert len(seen.syns) <= SYN_MAX
    assert not [p for p in seen.packets if p.outgoing and p.flags & RST]


@BOTH
def test_numbers_of_different_checks_are_unrelated(family, observe):
    seqs = [observe(family, port).syns[0].seq for port in (OPEN, CLOSED, SILENT)]
    assert len(set(seqs)) == len(seqs)

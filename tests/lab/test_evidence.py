# SPDX-License-Identifier: BSD-2-Clause
"""The packets that come with an answer are the ones a capture beside portlight sees."""
import json
import struct
import subprocess
import time

import pytest

from packets import Capture, parse_ip

OPEN, CLOSED, SILENT, REJECTED = 443, 22, 3389, 3306
KINDS = {
    OPEN: ["syn", "syn-ack", "reset"],
    CLOSED: ["syn", "reset"] * 2,  # with our mark and without
    REJECTED: ["syn", "icmp-error"] * 2,  # two flows
}
ECHOES = ("echo-request", "echo-reply")


def read_pcap(path):
    """[(time in ns, bytes)] of a file that says nanoseconds and raw IP."""
    data = path.read_bytes()
    magic, major, minor, _, _, _, link = struct.unpack_from(">IHHiIII", data)
    assert (magic, major, minor, link) == (0xA1B23C4D, 2, 4, 101)
    at, records = 24, []
    while at < len(data):
        seconds, nanoseconds, captured, original = struct.unpack_from(">IIII", data, at)
        assert captured <= original
        records.append((seconds * 10**9 + nanoseconds, data[at + 16 : at + 16 + captured]))
        at += 16 + captured
    return records


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("number", KINDS)
def test_packets_in_the_answer(family, number, network, service):
    status, answer = service.check(network.address(family, "target"), number, packets="true")
    assert status == 200, answer
    [port] = answer["addresses"][0]["ports"]
    packets = port["packets"]
    located = {p["source_port"] for p in packets if p["kind"] == "syn" and p["ttl"] < 64}
    kinds = [packet["kind"] for packet in packets if packet["kind"] not in ECHOES]
    if located:  # SYNs with small TTLs and what they get come last, on a flow that was answered
        assert number == CLOSED
        kinds = kinds[: len(KINDS[number])]
    assert kinds == KINDS[number]
    assert {packet["kind"] for packet in packets} >= set(ECHOES)
    times = [packet["time_ms"] for packet in packets]
    assert times == sorted(times) and times[0] == 0

    syn, reply = packets[0], next(p for p in packets if p["kind"] == KINDS[number][1])
    assert (syn["direction"], reply["direction"]) == ("sent", "received")
    assert (syn["flags"], syn["seq"], syn["ack"], syn["ttl"], syn["tos"]) == ("SYN", 0, None, 64, 0)
    assert syn["options"][1:] == ["sack-permitted", "timestamps", "nop", "window-scale 7"]
    assert (syn["from"], syn["to"]) == (network.address(family, "prober"), answer["host"])
    assert port["rtt_ms"] == pytest.approx(reply["time_ms"], abs=0.002)
    assert (reply["ttl"], reply["from"]) == (port["ttl"], port["responder"])
    if number == REJECTED:
        assert reply["icmp"] == port["icmp"]
        assert reply["quoted"]["destination_port"] == number
        assert reply["quoted"]["source_port"] == syn["source_port"]
    else:
        assert reply["ack"] == 1
        assert (reply["destination_port"], reply["source_port"]) == (syn["source_port"], number)


def test_packets_are_null_unless_asked_for(network, service):
    _, answer = service.check(network.address(4, "target"), OPEN)
    assert answer["addresses"][0]["ports"][0]["packets"] is None


@pytest.mark.parametrize("family", (4, 6))
def test_pcap(family, network, service):
    """Bytes and times are those of the capture; nothing is missing, nothing twice."""
    address = network.address(family, "target")
    ours, beside = service.directory / f"ours{family}.pcap", service.directory / f"all{family}.pcap"
    with Capture(network, "prober", beside, f"host {address} or icmp or icmp6") as capture:
        done = service.command(
            "--json", "--trace", "--pcap", ours, address, f"{OPEN},{CLOSED},{SILENT}"
        )
        time.sleep(0.3)
    assert done.returncode == 1, done.stderr
    records = read_pcap(ours)
    assert records == sorted(records) and len(set(records)) == len(records) > 20

    def key(packet):
        return (packet.src, packet.dst, packet.sport, packet.dport, packet.seq, packet.flags,
                packet.ttl, packet.icmp)  # fmt: skip

    written = [parse_ip(data) for _, data in records]
    seen = [p for p in capture.packets() if p.icmp is None or p.icmp[0] not in (133, 134, 135, 136)]
    assert sorted(map(str, map(key, filter(None, written)))) == sorted(map(str, map(key, seen)))

    answer = json.loads(done.stdout)
    listed = [p for port in answer["addresses"][0]["ports"] for p in port["packets"]]
    assert len({(p["time_ms"], p["kind"]) for p in listed if p["kind"] not in ECHOES}) <= len(records)


def test_tshark_reads_it(network, service):
    path = service.directory / "tshark.pcap"
    service.command("--pcap", path, network.address(4, "target"), f"{OPEN},{REJECTED}")
    done = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", "-e", "_ws.col.Protocol", "-e", "tcp.flags.str"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    rows = done.stdout.split("\n")
    # one to the open port, two flows to the rejected one
    assert sum("S" in row and "A" not in row for row in rows if "TCP" in row) == 3
    assert sum("A··S" in row for row in rows) == 1
    assert any(row.startswith("ICMP") for row in rows)


def test_a_file_that_cannot_be_written(network, service):
    done = service.command("--pcap", "/nowhere/x.pcap", network.address(4, "target"), OPEN)
    assert done.returncode == 2
    assert "--pcap /nowhere/x.pcap: No such file or directory" in done.stderr
    assert done.stdout == ""


def test_trace_on_the_command_line(network, service):
    done = service.command("--trace", network.address(4, "target"), SILENT)
    lines = done.stdout.splitlines()
    assert lines[0] == f"{SILENT}/tcp filtered drop unknown"
    assert [line.split()[:2] for line in lines[1:]] == [
        ["1", network.address(4, "r1")],
        ["2", network.address(4, "r2")],
        ["3", "*"],
    ]


@pytest.mark.parametrize("family", (4, 6))
def test_the_ladder_on_the_command_line(family, network, service):
    """Every packet is a line, the first SYN at 0, and the end says where it died."""
    target, r2 = network.address(family, "target"), network.address(family, "r2")
    done = service.command("--trace", "--packets", target, f"{OPEN},{SILENT}")
    lines = done.stdout.splitlines()
    silent = next(i for i, line in enumerate(lines) if line.startswith(f"{SILENT}/tcp"))
    opened = [line.split()[2] for line in lines[1:silent] if "echo" not in line]
    assert opened == ["SYN", "SYN,ACK", "RST"]
    ladder = [line.split() for line in lines[silent:] if " ttl " in line]
    syns = [row for row in ladder if row[2] == "SYN"]
    assert syns[0][0] == "0.000ms" and len({row[-1] for row in syns}) == 4  # flows
    assert any("exceeded" in " ".join(row) and row[-1] == r2 for row in ladder)
    assert lines[-1].startswith(f"  The SYN dies behind hop 2 ({r2}): hop 3 and")

# SPDX-License-Identifier: BSD-2-Clause
"""The largest answers there can be: two addresses, three ports, all hops, all packets."""
import ipaddress
import struct
from dataclasses import replace

import wire
from fake_prober import DROPPED
from frontend import TARGET, TARGET_IPV6

NAME = "largest.vectors.net"
ADDRESSES = (TARGET, TARGET_IPV6)
PORTS = (22, 443, 25)
HOPS = 30  # VERDICT_HOPS_MAX
PACKET_LEN = 192  # WIRE_PACKET_BYTES_LEN
BEGAN_NS = 1_700_000_000_000_000_000
STEP_NS = 1_000_003
# a trace that dies before the last hop
LOST = replace(DROPPED, last_hop=HOPS - 1, silent_from=HOPS)

TCP_OPTIONS = bytes([2, 4, 5, 180, 4, 2, 8, 10]) + bytes(8) + bytes([1, 3, 3, 7])


def ip_packet(target, port, outgoing, number):
    """A segment of the greatest length that a message takes."""
    ends = [ipaddress.ip_address("198.51.100.1" if "." in target else "2001:db8::1"),
            ipaddress.ip_address(target)]  # fmt: skip
    ports = [61000 + number % 16, port]
    if not outgoing:
        ends.reverse()
        ports.reverse()
    flags = 0x02 if outgoing else 0x14
    tcp = struct.pack(
        ">HHIIBBHHH", *ports, number, number, (20 + len(TCP_OPTIONS)) // 4 << 4, flags, 64240, 0, 0
    ) + TCP_OPTIONS  # fmt: skip
    source, destination = (end.packed for end in ends)
    if ends[0].version == 4:
        head = struct.pack(">BBHHHBBH", 0x45, 0x28, PACKET_LEN, number, 0x4000, 64, 6, 0)
    else:
        head = struct.pack(">IHBB", 0x60A12345, PACKET_LEN - 40, 6, 64)
    return (head + source + destination + tcp).ljust(PACKET_LEN, bytes([number & 0xFF]))


def hops_of(job, target, port):
    family = ipaddress.ip_address(target).version
    for hop in range(1, HOPS + 1):
        packed = ipaddress.ip_address(f"192.0.2.{hop}" if family == 4 else f"2001:db8::{hop:x}")
        address = (family, packed.packed.ljust(16, b"\0")) if hop < HOPS else (0, bytes(16))
        rtt = 9_800_000 + hop if hop < HOPS else 2**64 - 1
        yield wire.encode(wire.HOP, job, port, hop, *address, rtt)


def times_of(target, port, count):
    """Checks the times of its packets: those of all ports are mixed, and half of them arrive in reverse order."""
    lane = ADDRESSES.index(target) * len(PORTS) + PORTS.index(port)
    times = [BEGAN_NS + (i * len(ADDRESSES) * len(PORTS) + lane) * STEP_NS for i in range(count)]
    return times if lane % 2 else times[::-1]


def packets_of(job, target, port, count):
    for number, time_ns in enumerate(times_of(target, port, count)):
        outgoing = number % 2 == 0
        data = ip_packet(target, port, outgoing, number)
        yield wire.encode(wire.PACKET, job, port, time_ns, int(outgoing), len(data), data)


def trail(target, port, count):
    def messages(job):
        yield from hops_of(job, target, port)
        yield from packets_of(job, target, port, count)

    return messages


def prepare(frontend, count):
    """From now on NAME, and its addresses, get so many packets for each port."""
    frontend.dns.zone[NAME] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    for target in ADDRESSES:
        for port in PORTS:
            frontend.prober.trails[target, port] = trail(target, port, count)
            frontend.prober.verdicts[target, port] = LOST


def pcap_times(data):
    """The time of every packet in the file, in its order."""
    magic, *_, linktype = struct.unpack_from(">IHHIIII", data)
    assert (magic, linktype) == (0xA1B23C4D, 101)
    times, at = [], 24
    while at < len(data):
        seconds, nanoseconds, kept, _ = struct.unpack_from(">IIII", data, at)
        times.append(seconds * 10**9 + nanoseconds)
        at += 16 + kept
    assert at == len(data)
    return times

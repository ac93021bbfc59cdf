# SPDX-License-Identifier: BSD-2-Clause
"""A host that is only simulated: it answers what comes over a tun device.

    stack.py DEVICE BEHAVIOUR

BEHAVIOUR is a function of stacks.py, which gets each packet as a Request.
"""
import fcntl
import heapq
import ipaddress
import itertools
import os
import select
import struct
import sys
import time
import zlib

import stacks
from packets import ACK, ICMP, ICMP6, RST, SYN, TCP, build_echo_reply, build_icmp_error, build_tcp

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MSS = b"\2\4\5\xb4"
OPTIONS = MSS + b"\4\2\1\3\3\7\1\1"

_waiting, _order = [], itertools.count()


def later(delay_s, packet):
    heapq.heappush(_waiting, (time.monotonic() + delay_s, next(_order), packet))


class Request:
    """A packet that came, and the ways of answering it; **ip as build_ip has it."""

    def __init__(self, raw):
        self.raw = raw
        self.family = raw[0] >> 4
        if self.family == 4:
            head, self.tos, self.ttl, protocol = (raw[0] & 15) * 4, raw[1], raw[8], raw[9]
            self.ip_id, self.flow_label = struct.unpack_from(">H", raw, 4)[0], 0
            src, dst = raw[12:16], raw[16:20]
        else:
            word, head = struct.unpack_from(">I", raw)[0], 40
            self.tos, self.flow_label, self.ip_id = word >> 20 & 255, word & 0xFFFFF, 0
            protocol, self.ttl, src, dst = raw[6], raw[7], raw[8:24], raw[24:40]
        self.src, self.dst = (str(ipaddress.ip_address(a)) for a in (src, dst))
        self.host = int(self.dst.replace(":", ".").rsplit(".", 1)[1])  # as written
        self.payload = raw[head:]
        self.is_tcp = protocol == TCP
        self.is_syn = self.is_echo = False
        if self.is_tcp:
            self.sport, self.dport, self.seq, self.ack, _, flags = struct.unpack_from(
                ">HHIIBB", self.payload
            )
            self.is_syn = flags & (SYN | ACK | RST) == SYN
        elif protocol in (ICMP, ICMP6):
            self.is_echo = self.payload[0] == (8 if self.family == 4 else 128)

    def _tcp(self, flags, seq, ack, window, options, delay, wrap, ip):
        packet = build_tcp(self.dst, self.dport, self.src, self.sport, seq, ack, flags, window,
                           options, **ip)  # fmt: skip
        later(delay, wrap(packet))

    def accept(self, window=64240, options=OPTIONS, delay=0, wrap=bytes, also=0, **ip):
        seq = zlib.crc32(struct.pack(">HHI", self.sport, self.dport, self.seq))
        self._tcp(SYN | ACK | also, seq, (self.seq + 1) % 2**32, window, options, delay, wrap, ip)

    def refuse(self, reflect=True, window=0, delay=0, wrap=bytes, also=0, **ip):
        ip = {"tos": self.tos & 0xFC if reflect else 0} | ip
        if self.family == 6 and reflect:
            ip = {"flow_label": zlib.crc32(self.payload) & 0xFFFFF | 1} | ip
        self._tcp(RST | ACK | also, 0, (self.seq + 1) % 2**32, window, b"", delay, wrap, ip)

    def echo(self, reflect=True, delay=0, **ip):
        ip = {"tos": self.tos & 0xFC if reflect else 0, "ip_id": 4711, "df": False} | ip
        later(delay, build_echo_reply(self.dst, self.src, self.payload, **ip))

    def error(self, icmp, sender=None, delay=0, **ip):
        later(delay, build_icmp_error(sender or self.dst, self.src, icmp, self.raw, **ip))


def serve(device, behave):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", device.encode(), IFF_TUN | IFF_NO_PI))
    print("ready", flush=True)
    while True:
        left = max(0, _waiting[0][0] - time.monotonic()) if _waiting else None
        if select.select([fd], [], [], left)[0]:
            request = Request(os.read(fd, 4096))
            if request.is_tcp or request.is_echo:
                behave(request)
        while _waiting and _waiting[0][0] <= time.monotonic():
            os.write(fd, heapq.heappop(_waiting)[2])


if __name__ == "__main__":
    serve(sys.argv[1], getattr(stacks, sys.argv[2]))

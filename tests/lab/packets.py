# SPDX-License-Identifier: BSD-2-Clause
"""TCP and ICMP packets, read from a capture and written from scratch.

Only what the tests look at; knows nothing of portlight.
"""
import ipaddress
import signal
import struct
import subprocess
from dataclasses import dataclass, field

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
TCP, ICMP, ICMP6 = 6, 1, 58
OUTGOING = 4  # packet type of a cooked capture (LINKTYPE_LINUX_SLL2)
SLL2_LEN = 20


@dataclass
class Packet:
    time: float
    outgoing: bool
    family: int
    src: str
    dst: str
    ttl: int
    tos: int
    flow_label: int = 0
    dont_fragment: bool = True
    sport: int = None
    dport: int = None
    seq: int = None
    ack: int = None
    flags: int = None  # None: not TCP
    window: int = None
    options: list = field(default_factory=list)
    icmp: tuple = None  # type and code
    quote: "Packet" = None

    @property
    def flow(self):
        return (self.src, self.sport, self.dst, self.dport)

    def is_reply_to(self, other):
        return self.flow == (other.dst, other.dport, other.src, other.sport)


def parse_ip(data, time=0.0, outgoing=False):
    """A packet of IPv4 or IPv6 without extension headers; None for anything else."""
    if len(data) >= 20 and data[0] >> 4 == 4:
        head = (data[0] & 15) * 4
        tos, _, _, fragment, ttl, protocol = struct.unpack_from(">BHHHBB", data, 1)
        src, dst = data[12:16], data[16:20]
        packet = Packet(time, outgoing, 4, "", "", ttl, tos, 0, bool(fragment & 0x4000))
    elif len(data) >= 40 and data[0] >> 4 == 6:
        head = 40
        word, _, protocol, ttl = struct.unpack_from(">IHBB", data)
        src, dst = data[8:24], data[24:40]
        packet = Packet(time, outgoing, 6, "", "", ttl, word >> 20 & 0xFF, word & 0xFFFFF)
    else:
        return None
    packet.src, packet.dst = (str(ipaddress.ip_address(a)) for a in (src, dst))
    rest = data[head:]
    if protocol == TCP and len(rest) >= 8:
        _read_tcp(packet, rest)
    elif protocol in (ICMP, ICMP6) and len(rest) >= 8:
        packet.icmp = (rest[0], rest[1])
        is_error = rest[0] < 128 if protocol == ICMP6 else rest[0] in (3, 5, 11, 12)
        packet.quote = parse_ip(rest[8:]) if is_error else None
    return packet


def _read_tcp(packet, data):
    packet.sport, packet.dport, packet.seq = struct.unpack_from(">HHI", data)
    if len(data) < 20:  # the minimum that ICMP quotes
        return
    packet.ack, offset, packet.flags, packet.window = struct.unpack_from(">IBBH", data, 8)
    packet.options = list(_read_options(data[20 : (offset >> 4) * 4]))


def _read_options(data):
    while data:
        kind = data[0]
        length = 1 if kind in (0, 1) or len(data) < 2 else max(data[1], 2)
        value = data[2:length]
        if kind == 1:
            yield ("nop",)
        elif kind == 2:
            yield ("mss", int.from_bytes(value, "big"))
        elif kind == 3:
            yield ("window-scale", value[0])
        elif kind == 4:
            yield ("sack-permitted",)
        elif kind == 8:
            yield ("timestamps", *struct.unpack(">II", value))
        else:
            yield (kind, value)
        data = data[length:]


def read_capture(path):
    """All IP packets of a file that tcpdump wrote on the device any."""
    with open(path, "rb") as file:
        data = file.read()
    at = 24
    while at + 16 <= len(data):
        seconds, micros, length, _ = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16 : at + 16 + length]
        at += 16 + length
        packet = parse_ip(frame[SLL2_LEN:], seconds + micros / 1e6, frame[10] == OUTGOING)
        if packet:
            yield packet


class Capture:
    """Everything that a node sends and receives while the context is open."""

    def __init__(self, network, node, path, expression="tcp or icmp or icmp6"):
        self._network, self._node = network, node
        self._path, self._expression = path, expression
        self._process = None

    def __enter__(self):
        self._process = self._network.popen(
            self._node, "tcpdump", "-i", "any", "-n", "-s", "256", "-U", "--immediate-mode",
            "-Z", "root", "-w", self._path, self._expression,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        for line in self._process.stderr:
            if "listening on" in line:
                return self
        raise RuntimeError("tcpdump did not start")

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=10)

    def packets(self):
        """Only after the context was left."""
        return list(read_capture(self._path))


def checksum(data):
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _pack(address):
    return ipaddress.ip_address(address).packed


def _with_checksum(payload, offset, src, dst, protocol):
    """The payload with the checksum over it and the pseudo header at the offset."""
    pseudo = _pack(src) + _pack(dst) + struct.pack(">II", len(payload), protocol)
    if protocol == ICMP:
        pseudo = b""
    value = checksum(pseudo + payload)
    return payload[:offset] + struct.pack(">H", value) + payload[offset + 2 :]


def build_ip(src, dst, protocol, payload, ttl=64, tos=0, flow_label=0, ip_id=0, df=True):
    """The last two are IPv4's, the flow label is IPv6's."""
    if ipaddress.ip_address(src).version == 6:
        word = 6 << 28 | tos << 20 | flow_label
        head = struct.pack(">IHBB", word, len(payload), protocol, ttl)
        return head + _pack(src) + _pack(dst) + payload
    fragment = 0x4000 if df else 0
    length = 20 + len(payload)
    head = struct.pack(">BBHHHBBH", 0x45, tos, length, ip_id, fragment, ttl, protocol, 0)
    head += _pack(src) + _pack(dst)
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def build_tcp(src, sport, dst, dport, seq, ack, flags, window=64240, options=b"", **ip):
    offset = (20 + len(options)) // 4 << 4
    data = struct.pack(">HHIIBBHHH", sport, dport, seq, ack, offset, flags, window, 0, 0) + options
    return build_ip(src, dst, TCP, _with_checksum(data, 16, src, dst, TCP), **ip)


def build_icmp_error(src, dst, icmp, quote, **ip):
    protocol = ICMP if ipaddress.ip_address(src).version == 4 else ICMP6
    data = struct.pack(">BBHI", *icmp, 0, 0) + quote
    return build_ip(src, dst, protocol, _with_checksum(data, 2, src, dst, protocol), **ip)


def build_echo_reply(src, dst, request, **ip):
    """To an echo request, of which everything behind the checksum goes back."""
    ipv4 = ipaddress.ip_address(src).version == 4
    protocol, kind = (ICMP, 0) if ipv4 else (ICMP6, 129)
    data = struct.pack(">BBH", kind, 0, 0) + request[4:]
    return build_ip(src, dst, protocol, _with_checksum(data, 2, src, dst, protocol), **ip)

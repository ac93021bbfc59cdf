# SPDX-License-Identifier: BSD-2-Clause
"""The messages of common/contract/wire.h, written a second time, for clients that lie."""
import ipaddress
import socket
import struct
from dataclasses import dataclass

HELLO, PING, CHECK, CANCEL = 1, 2, 3, 4
WELCOME, PONG, REFUSED, RESULT, HOP, PACKET = 129, 130, 131, 132, 133, 134
MAGIC, VERSION = 0x504C4954, 3
NO_PORT = 0xFF
NO_RTT = 2**64 - 1

# the field layouts behind the type byte
GREETING = ">IH"
LAYOUTS = {
    HELLO: GREETING,
    PING: ">Q",
    CHECK: ">IB16sB3HHB",
    CANCEL: ">I",
    WELCOME: ">IHBHH",
    PONG: ">QQQQI",
    REFUSED: ">IBBI",
    RESULT: ">IBHBBBBBQQBB16s7hQ",
    HOP: ">IHBB16sQ",
    PACKET: ">IHQBB192s",
}

REFUSALS = {
    1: "port-not-allowed",
    2: "too-many-ports",
    3: "timeout-too-long",
    4: "address-not-public",
    5: "address-embedded",
    6: "opted-out",
    7: "busy",
    8: "rate-limited",
    9: "job-in-use",
    10: "own-network",
    11: "other",
    12: "place-down",
    13: "place-version",
    14: "place-silent",
    15: "place-nonsense",
}
REFUSAL_NUMBERS = {word: number for number, word in REFUSALS.items()}

# the words of common/contract/verdict.def, by number
STATES = ("unknown", "open", "closed", "filtered")
REASONS = (
    "no-response", "syn-ack", "reset", "icmp-net-unreachable", "icmp-host-unreachable",
    "icmp-protocol-unreachable", "icmp-port-unreachable", "icmp-net-prohibited",
    "icmp-host-prohibited", "icmp-admin-prohibited", "icmp-ttl-exceeded", "icmp-no-route",
    "icmp-beyond-scope", "icmp-address-unreachable", "icmp-source-policy", "icmp-reject-route",
    "local-arp-failure", "local-firewall", "no-route", "send-failed", "capture-lost",
    "lossy-path", "egress-blocked", "other", "gateway-unreachable", "icmp-parameter-problem",
)  # fmt: skip
DISPOSITIONS = ("unknown", "accept", "refuse", "reject", "drop", "unreachable")
ACTORS = ("unknown", "host", "host-firewall", "path", "behind-nat", "local")
CONFIDENCES = ("guess", "likely", "certain")
EVIDENCE = {  # those that tests name
    "dscp-reflected": 0, "responder-is-router": 6, "retransmitted": 9, "no-sign-of-life": 12,
    "cdn-edge": 44,
}  # fmt: skip
LAST = 0x01
TRACE, PACKETS = 0x01, 0x02  # flags of a CHECK


@dataclass
class Refused:
    job: int
    reason: str
    port_index: int
    retry_after_ms: int


@dataclass
class Result:
    job: int
    last: bool
    port: int
    state: str
    sent: int
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What a RESULT says of a port, in words; a number goes out as it is, in its range or not."""

    state: str | int = "unknown"
    reason: str | int = "no-response"
    disposition: str | int = "unknown"
    actor: str | int = "unknown"
    confidence: str | int = "guess"
    evidence: tuple | int = ()
    rtt_ns: int = NO_RTT
    sent: int = 0
    responder: str | tuple | None = None  # an address, or (family, 16 bytes)
    ttl: int = -1
    hops: int = -1
    actor_hop: int = -1
    icmp_type: int = -1
    icmp_code: int = -1
    last_hop: int = -1
    silent_from: int = -1
    explanations: int = 0

    def encode(self, job, port, last=True):
        """The RESULT."""
        evidence = self.evidence
        if not isinstance(evidence, int):
            evidence = sum(1 << EVIDENCE[word] for word in evidence)
        responder = self.responder
        if not isinstance(responder, tuple):
            responder = packed(responder)
        return encode(
            RESULT, job, LAST if last else 0, port,
            number_of(self.state, STATES), number_of(self.reason, REASONS),
            number_of(self.disposition, DISPOSITIONS), number_of(self.actor, ACTORS),
            number_of(self.confidence, CONFIDENCES), evidence, self.rtt_ns, self.sent,
            *responder, self.ttl, self.hops, self.actor_hop, self.icmp_type, self.icmp_code,
            self.last_hop, self.silent_from, self.explanations,
        )  # fmt: skip


def number_of(word, words):
    return word if isinstance(word, int) else words.index(word)


def packed(address):
    """Family and 16 bytes of an address, or of None."""
    if address is None:
        return 0, bytes(16)
    address = ipaddress.ip_address(address)
    return address.version, address.packed.ljust(16, b"\0")


def encode(kind, *fields):
    return struct.pack(">B", kind) + struct.pack(LAYOUTS[kind], *fields)


def hello(magic=MAGIC, version=VERSION):
    return encode(HELLO, magic, version)


def check(job, address, ports, timeout_ms=0, flags=0):
    padded = list(ports) + [0] * (3 - len(ports))
    return encode(CHECK, job, *packed(address), len(ports), *padded, timeout_ms, flags)


def refused(job, reason, index=NO_PORT, retry_after_ms=0):
    """A REFUSED; a number as its reason goes out as it is."""
    return encode(REFUSED, job, REFUSAL_NUMBERS.get(reason, reason), index, retry_after_ms)


def decode(data):
    fields = struct.unpack_from(LAYOUTS[data[0]], data, 1)  # more may stand behind
    if data[0] == REFUSED:
        job, reason, port_index, retry_after_ms = fields
        return Refused(job, REFUSALS[reason], port_index, retry_after_ms)
    if data[0] == RESULT:
        return Result(fields[0], bool(fields[1] & LAST), fields[2], STATES[fields[3]], fields[10],
                      REASONS[fields[4]])
    return (data[0], *fields)


class Client:
    """A session with a prober, greeted unless told otherwise."""

    def __init__(self, path, greet=True, timeout_s=10):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(timeout_s)
        self.socket.connect(str(path))
        if greet:
            self.send(hello())
            assert self.receive()[0] == WELCOME

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, message):
        self.socket.send(message)

    def receive(self):
        """The next message, or None when the prober ended the session."""
        try:
            data = self.socket.recv(4096)
        except ConnectionResetError:
            return None
        return decode(data) if data else None

    def is_alive(self, token=7):
        self.send(encode(PING, token))
        answer = self.receive()
        return answer is not None and answer[:2] == (PONG, token)

    def collect(self, *jobs):
        """{job: its messages} when each of the jobs has ended."""
        messages = {job: [] for job in jobs}
        open_jobs = set(jobs)
        while open_jobs:
            message = self.receive()
            assert message is not None, "the prober ended the session"
            if isinstance(message, tuple):  # a hop or a packet
                continue
            messages[message.job].append(message)
            if isinstance(message, Refused) or message.last:
                open_jobs.discard(message.job)
        return messages

    def ask(self, address, *ports, job=1, timeout_ms=0, trace=False):
        """The messages that answer one check."""
        self.send(check(job, address, ports, timeout_ms, TRACE if trace else 0))
        return self.collect(job)[job]

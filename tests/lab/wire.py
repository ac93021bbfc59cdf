# SPDX-License-Identifier: BSD-2-Clause
"""The messages of common/contract/wire.h, written a second time, for clients that lie."""
import ipaddress
import socket
import struct
from dataclasses import dataclass

HELLO, PING, CHECK, CANCEL = 1, 2, 3, 4
WELCOME, PONG, REFUSED, RESULT, HOP, PACKET = 129, 130, 131, 132, 133, 134
MAGIC, VERSION = 0x504C4954, 2
NO_PORT = 0xFF

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
    RESULT: ">IBHBBBBBQQBB16s7h",
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
}
STATES = ("unknown", "open", "closed", "filtered")
SYN_ACK, RESET, LOCAL_FIREWALL = 1, 2, 17  # some of the reasons
LAST = 0x01


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
    reason: int


def encode(kind, *fields):
    return struct.pack(">B", kind) + struct.pack(LAYOUTS[kind], *fields)


def hello(magic=MAGIC, version=VERSION):
    return encode(HELLO, magic, version)


def check(job, address, ports, timeout_ms=0):
    address = ipaddress.ip_address(address)
    padded = list(ports) + [0] * (3 - len(ports))
    packed = address.packed.ljust(16, b"\0")
    return encode(CHECK, job, address.version, packed, len(ports), *padded, timeout_ms, 0)


def decode(data):
    fields = struct.unpack(LAYOUTS[data[0]], data[1:])
    if data[0] == REFUSED:
        job, reason, port_index, retry_after_ms = fields
        return Refused(job, REFUSALS[reason], port_index, retry_after_ms)
    if data[0] == RESULT:
        return Result(fields[0], bool(fields[1] & LAST), fields[2], STATES[fields[3]], fields[10],
                      fields[4])
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
            messages[message.job].append(message)
            if isinstance(message, Refused) or message.last:
                open_jobs.discard(message.job)
        return messages

    def ask(self, address, *ports, job=1, timeout_ms=0):
        """The messages that answer one check."""
        self.send(check(job, address, ports, timeout_ms))
        return self.collect(job)[job]

# SPDX-License-Identifier: BSD-2-Clause
"""common/contract/inspect_wire.h once more, as far as a client writes it."""
import ipaddress
import socket
import struct

HELLO, ASK, PING, WELCOME, PONG, REFUSED, ANSWER, CHAIN = 1, 2, 3, 129, 130, 131, 132, 133
MAGIC, VERSION = 0x504C494E, 2
POLICY, BUSY, RATE, JOB = 1, 2, 3, 4
HELLO_BYTES = struct.pack(">BIH", HELLO, MAGIC, VERSION)


def ask(job, address, port, name=b"www.tls-lab.net", kind=0, starttls=0, text=0, survey=0, patient=0, chain=0):
    packed = ipaddress.ip_address(address).packed
    family = 4 if len(packed) == 4 else 6
    return (
        struct.pack(">BIBBB", ASK, job, kind, starttls, family)
        + packed.ljust(16, b"\0")
        + struct.pack(">HBBBBB", port, survey, text, patient, chain, len(name))
        + name
    )


class Client:
    """A frontend gone bad: it sends what it likes."""

    def __init__(self, path, greet=True):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(20)
        self.socket.connect(str(path))
        if greet:
            self.socket.send(HELLO_BYTES)
            assert self.receive() == struct.pack(">BIH", WELCOME, MAGIC, VERSION)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def receive(self):
        return self.socket.recv(70000)

    def refusal(self, message):
        """The reason of the refusal of this question."""
        self.socket.send(message)
        kind, _, reason, _ = struct.unpack(">BIBI", self.receive())
        assert kind == REFUSED
        return reason

    def is_dropped_for(self, message):
        try:
            self.socket.send(message)
            return self.receive() == b""
        except (ConnectionResetError, BrokenPipeError):
            return True

# SPDX-License-Identifier: BSD-2-Clause
"""A client of nats-server with a member's certificate that sends anything it likes."""
import socket
import ssl
import time


class NatsClient:
    """A context.  `errors` are the -ERR lines, `messages` (subject, reply, payload)."""

    def __init__(self, fleet, name, kind, engine=0):
        files = fleet.authority.files(name, kind)
        address, port = fleet.listens[engine].split(":")
        plain = socket.create_connection((address, int(port)), 10)
        self.info = b""
        while not self.info.endswith(b"\r\n"):
            self.info += plain.recv(1)
        context = ssl.create_default_context(cafile=files["authority"])
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does by itself
        context.check_hostname = False
        context.load_cert_chain(files["certificate"], files["key"])
        self.socket = context.wrap_socket(plain)
        self.buffer = b""
        self.errors, self.messages, self.pongs = [], [], 0
        self.sids = 0
        self.send(b'CONNECT {"verbose":false,"pedantic":false,"lang":"python","version":"1",'
                  b'"protocol":1,"headers":true,"no_responders":true}\r\n')  # fmt: skip
        self.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def subscribe(self, subject):
        self.sids += 1
        self.send(f"SUB {subject} {self.sids}\r\n".encode())
        self.flush()

    def publish(self, subject, payload=b"", reply=""):
        head = f"PUB {subject} {reply + ' ' if reply else ''}{len(payload)}\r\n"
        self.send(head.encode() + payload + b"\r\n")

    def flush(self):
        """Returns when the engine has taken everything that was sent before."""
        before = self.pongs
        self.send(b"PING\r\n")
        deadline = time.monotonic() + 10
        while self.pongs == before:
            assert time.monotonic() < deadline
            self.read(1)

    def read(self, timeout_s):
        """What comes within the time; the first batch of it."""
        self.socket.settimeout(timeout_s)
        try:
            data = self.socket.recv(1 << 16)
        except TimeoutError:
            return
        if not data:
            raise ConnectionError("closed")
        self.buffer += data
        while self._take():
            pass

    def wait_message(self, timeout_s=30):
        deadline = time.monotonic() + timeout_s
        while not self.messages and time.monotonic() < deadline:
            self.read(0.2)
        return self.messages.pop(0) if self.messages else None

    def _take(self):
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end:
            return False
        words = line.split(b" ")
        if words[0] in (b"MSG", b"HMSG"):
            total = int(words[-1])
            if len(rest) < total + 2:
                return False
            reply = words[3] if len(words) == (5 if words[0] == b"MSG" else 6) else b""
            self.messages.append((words[1].decode(), reply.decode(), rest[:total]))
            rest = rest[total + 2 :]
        elif words[0] == b"PING":
            self.send(b"PONG\r\n")
        elif words[0] == b"PONG":
            self.pongs += 1
        elif words[0] == b"-ERR":
            self.errors.append(line.decode())
        self.buffer = rest
        return True

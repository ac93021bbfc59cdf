# SPDX-License-Identifier: BSD-2-Clause
"""A prober that sends no packets: it speaks common/contract/wire.h and does what the test says."""
import ipaddress
import os
import socket
import struct
import threading
import time
from collections import namedtuple
from dataclasses import replace

import wire
from wire import Verdict

TIMEOUT_MS, LINGER_MS = 3000, 600

Asked = namedtuple("Asked", "address ports")

TARGET = "target"  # as a responder: the address that was asked about

OPEN = Verdict("open", "syn-ack", "accept", "host", "certain", rtt_ns=23_100_000, sent=1,
               responder=TARGET, ttl=52, hops=12, actor_hop=12)  # fmt: skip
CLOSED = Verdict("closed", "reset", "refuse", "host", "likely", ("dscp-reflected",),
                 rtt_ns=500_000, sent=1, responder=TARGET, ttl=64, hops=0, actor_hop=0)  # fmt: skip
DROPPED = Verdict("filtered", "no-response", "drop", "unknown", "likely", ("no-sign-of-life",), sent=8)
# with a trace that dies behind hop 1
TRACED = replace(DROPPED, last_hop=1, silent_from=2)
REJECTED = Verdict("filtered", "icmp-admin-prohibited", "reject", "path", "certain",
                   ("responder-is-router",), rtt_ns=9_800_000, sent=1, responder="192.0.2.9",
                   ttl=60, hops=4, actor_hop=4, icmp_type=3, icmp_code=13)  # fmt: skip
UNTOLD = Verdict("unknown", "local-firewall", "unknown", "local", "certain")

BY_PORT = {443: OPEN, 80: CLOSED, 22: DROPPED, 25: REJECTED, 21: UNTOLD}


def result(job, last, target, port, verdict):
    if verdict.responder == TARGET:
        verdict = replace(verdict, responder=target)
    return verdict.encode(job, port, last)


class FakeProber:
    """A context that listens on the path until left, or between start() and stop().

    `mode` is what it does with a CHECK, and may be changed at any time:
      "answer"     a verdict for each port after `delay_s`: as `verdicts` has it for
                   (address, port), else by BY_PORT
      "silent"     nothing, though it still answers pings
      "mute"       nothing to anything, not even to HELLO
      "refuse"     REFUSED, with the `refusal` (reason, port index, retry_after_ms)
      "say"        whatever bytes are in `said`, with {job} filled in by a callable
    A port in `pauses_s` is answered only then, the others first; before a port in
    `trails`, or an (address, port), come the messages that trails[port](job) gives: its
    hops and packets.
    `asked` is every check that came, `cancelled` every job that was given up.
    """

    def __init__(self, path):
        self.path = path
        self.mode = "answer"
        self.delay_s = 0
        self.linger_ms = LINGER_MS  # as WELCOME has it
        self.verdicts, self.pauses_s, self.trails = {}, {}, {}
        self.refusal = ("busy", wire.NO_PORT, 0)
        self.said = lambda job: b""
        self.asked, self.flags, self.cancelled = [], [], []  # flags: of each that was asked
        self.sessions = 0
        self._listener = None
        self._connections = []
        self._lock = threading.Lock()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(self.path))
        os.chmod(self.path, 0o666)  # the frontend becomes somebody else
        self._listener.listen(8)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self):
        """Dies: it stops listening, and every session ends."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        os.unlink(self.path)
        listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        listener.close()
        self.hang_up()

    def hang_up(self):
        with self._lock:
            connections, self._connections = self._connections, []
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it went first

    def send_everywhere(self, data, descriptors=()):
        with self._lock:
            for connection in self._connections:
                socket.send_fds(connection, [data], descriptors)

    @property
    def addresses(self):
        return [asked.address for asked in self.asked]

    def forget(self):
        self.asked.clear()
        self.cancelled.clear()

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        self.sessions += 1
        with connection:
            try:
                while data := connection.recv(4096):
                    self._take(connection, data)
            except OSError:
                pass  # the frontend ended the session
            with self._lock:
                if connection in self._connections:
                    self._connections.remove(connection)

    def _take(self, connection, data):
        if self.mode == "mute":
            return
        kind, *fields = data[0], *struct.unpack(wire.LAYOUTS[data[0]], data[1:])
        if kind == wire.HELLO:
            assert fields == [wire.MAGIC, wire.VERSION]
            connection.send(
                wire.encode(wire.WELCOME, wire.MAGIC, wire.VERSION, 3, TIMEOUT_MS, self.linger_ms)
            )
        elif kind == wire.PING:
            connection.send(wire.encode(wire.PONG, fields[0], 11, 22, 33, 44))
        elif kind == wire.CANCEL:
            self.cancelled.append(fields[0])
        elif kind == wire.CHECK:
            self._check(connection, *fields)

    def _check(self, connection, job, version, address, count, *rest):
        target = str(ipaddress.ip_address(address[: 4 if version == 4 else 16]))
        ports = rest[:count]
        verdicts = self.verdicts  # who sees that it was asked may change them
        self.asked.append(Asked(target, ports))
        self.flags.append(rest[-1])
        if self.mode == "refuse":
            connection.send(wire.refused(job, *self.refusal))
        elif self.mode == "say":
            connection.send(self.said(job))
        elif self.mode == "answer" and (self.delay_s or self.pauses_s):
            threading.Thread(
                target=self._answer_later, args=(connection, job, target, ports, verdicts), daemon=True
            ).start()
        elif self.mode == "answer":
            self._answer(connection, job, target, ports, verdicts)

    def _answer_later(self, connection, job, target, ports, verdicts):
        time.sleep(self.delay_s)
        try:
            self._answer(connection, job, target, ports, verdicts)
        except OSError:
            pass  # the session ended meanwhile

    def _answer(self, connection, job, target, ports, verdicts):
        started = time.monotonic()
        ports = sorted(ports, key=lambda port: self.pauses_s.get(port, 0))
        for port in ports:
            time.sleep(max(0, started + self.pauses_s.get(port, 0) - time.monotonic()))
            trail = self.trails.get((target, port), self.trails.get(port, lambda job: ()))
            for message in trail(job):
                connection.send(message)
            verdict = verdicts.get((target, port), BY_PORT.get(port, OPEN))
            connection.send(result(job, port == ports[-1], target, port, verdict))

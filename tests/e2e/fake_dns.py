# SPDX-License-Identifier: BSD-2-Clause
"""A DNS server on loopback that behaves, or misbehaves, as the zone says for each name.

A name's behaviour is a dictionary, as in the `dns:` rows of tests/data/ssrf_vectors.csv:
  A, AAAA         the addresses;  ttl  of every record
  rebind          lists of addresses, the next one for each question of the family
  CNAME           an alias for that name, whose addresses the answer has as well
  CNAME_chain     the same, by way of so many aliases
  rcode           the response code;  timeout  no answer at all
  TC, tcp         truncated over UDP; over TCP the behaviour is another
  bad_txid        another transaction ID than the question's
  owner           the records belong to this name, which nobody asked for
  question        the answer repeats this question instead of the one asked
  additional      these addresses come beside the answer, under the name asked
  SRV             (port, target) of each record
  silent          no answer to questions of this family
  NS, PTR         names;  MX  pairs of preference and name
"""
import ipaddress
import socket
import struct
import threading
from collections import namedtuple

TYPE_A, TYPE_CNAME, TYPE_AAAA, TYPE_SRV, CLASS_IN = 1, 5, 28, 33, 1
TYPE_NS, TYPE_PTR, TYPE_MX = 2, 12, 15
FAMILIES = {TYPE_A: "A", TYPE_AAAA: "AAAA"}
NAMES = {TYPE_NS: "NS", TYPE_PTR: "PTR", TYPE_MX: "MX"}
FLAG_RESPONSE, FLAG_TRUNCATED, FLAG_RECURSION = 0x8000, 0x0200, 0x0180
RCODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}
UDP_MAX_LEN = 1232
STOP_POLL_S = 0.1

Question = namedtuple("Question", "name family transport")


def encode_name(name):
    labels = (label.encode() for label in name.rstrip(".").split("."))
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def read_question(message):
    """Transaction ID, name, type and the question's own bytes."""
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode())
        at += 1 + message[at]
    (kind,) = struct.unpack_from(">H", message, at + 1)
    (txid,) = struct.unpack_from(">H", message)
    return txid, ".".join(labels).lower(), kind, message[12 : at + 5]


def record(owner, kind, ttl, data):
    return encode_name(owner) + struct.pack(">HHIH", kind, CLASS_IN, ttl, len(data)) + data


class FakeDns:
    """A context; `zone` maps names to behaviours, `questions` is what was asked so far."""

    def __init__(self, zone=None):
        self.zone = dict(zone or {})
        self.questions = []
        self._turns = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._threads = []

    @property
    def nameserver(self):
        return "127.0.0.1:%d" % self._udp.getsockname()[1]

    def __enter__(self):
        self._bind()
        for serve in (self._serve_udp, self._serve_tcp):
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_):
        self._stopping = True
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def asked(self, name):
        """The questions about one name."""
        with self._lock:
            return [question for question in self.questions if question.name == name]

    def _bind(self):
        """One port that is free for both transports."""
        while True:
            self._tcp = socket.create_server(("127.0.0.1", 0))
            self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                self._udp.bind(self._tcp.getsockname())
            except OSError:
                self._tcp.close()
                self._udp.close()
                continue
            self._udp.settimeout(STOP_POLL_S)
            self._tcp.settimeout(STOP_POLL_S)
            return

    def _serve_udp(self):
        while not self._stopping:
            try:
                message, peer = self._udp.recvfrom(4096)
            except TimeoutError:
                continue
            reply = self._answer(message, "udp")
            if reply:
                self._udp.sendto(reply, peer)

    def _serve_tcp(self):
        while not self._stopping:
            try:
                connection, _ = self._tcp.accept()
            except TimeoutError:
                continue
            with connection, connection.makefile("rb") as stream:
                connection.settimeout(1)
                try:
                    while head := stream.read(2):
                        message = stream.read(int.from_bytes(head, "big"))
                        reply = self._answer(message, "tcp")
                        if reply:
                            connection.sendall(len(reply).to_bytes(2, "big") + reply)
                except OSError:
                    continue

    def _answer(self, message, transport):
        txid, name, kind, question = read_question(message)
        with self._lock:
            self.questions.append(Question(name, FAMILIES.get(kind, str(kind)), transport))
        behaviour = self.zone.get(name, {"rcode": "NXDOMAIN"})
        if transport == "tcp":
            behaviour = behaviour.get("tcp", behaviour)
        if behaviour.get("timeout") or behaviour.get("silent", "") == FAMILIES.get(kind):
            return None
        if behaviour.get("bad_txid"):
            txid ^= 0x5555
        if "question" in behaviour:
            question = encode_name(behaviour["question"]) + question[-4:]
        answers = self._answers(name, kind, behaviour)
        additional = self._addresses(name, kind, behaviour, behaviour.get("additional", []))
        flags = FLAG_RESPONSE | FLAG_RECURSION | RCODES[behaviour.get("rcode", "NOERROR")]
        if transport == "udp":
            length = 12 + len(question) + sum(map(len, answers + additional))
            if behaviour.get("TC") or length > UDP_MAX_LEN:
                flags |= FLAG_TRUNCATED
            if length > UDP_MAX_LEN:
                answers, additional = [], []
        head = struct.pack(">6H", txid, flags, 1, len(answers), 0, len(additional))
        return head + question + b"".join(answers + additional)

    def _answers(self, name, kind, behaviour):
        ttl = behaviour.get("ttl", 60)
        owner = behaviour.get("owner", name)
        aliases = [f"step{i}.{name}" for i in range(1, behaviour.get("CNAME_chain", 0) + 1)]
        if "CNAME" in behaviour:
            aliases.append(behaviour["CNAME"])
        answers = []
        for alias in aliases:
            answers.append(record(owner, TYPE_CNAME, ttl, encode_name(alias)))
            owner = alias
        if kind in NAMES:
            return answers + self._names(owner, kind, ttl, behaviour.get(NAMES[kind], []))
        if kind == TYPE_SRV:
            return answers + [
                record(owner, TYPE_SRV, ttl, struct.pack(">3H", 0, 5, port) + encode_name(target))
                for port, target in behaviour.get("SRV", [])
            ]
        addresses = behaviour.get(FAMILIES.get(kind), [])
        if "rebind" in behaviour:
            addresses = self._turn(name, kind, behaviour["rebind"])
        return answers + self._addresses(owner, kind, behaviour, addresses)

    @staticmethod
    def _names(owner, kind, ttl, names):
        data = [
            struct.pack(">H", name[0]) + encode_name(name[1])
            if kind == TYPE_MX
            else encode_name(name)
            for name in names
        ]
        return [record(owner, kind, ttl, item) for item in data]

    def _turn(self, name, kind, lists):
        with self._lock:
            turn = self._turns.get((name, kind), 0)
            self._turns[name, kind] = turn + 1
        return lists[turn % len(lists)]

    @staticmethod
    def _addresses(owner, kind, behaviour, addresses):
        ttl = behaviour.get("ttl", 60)
        packed = (ipaddress.ip_address(address).packed for address in addresses)
        wanted = {TYPE_A: 4, TYPE_AAAA: 16}.get(kind)
        return [record(owner, kind, ttl, data) for data in packed if len(data) == wanted]

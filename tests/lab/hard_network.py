# SPDX-License-Identifier: BSD-2-Clause
"""Networks of the hard cases, and what is untrue in an answer.

HardNetwork is network.py's, with simulated hosts (stacks.py) behind the target, at hop 4.
"""
import pathlib
import sys
from dataclasses import dataclass

from network import LISTENER, Network, run, uninterrupted

HERE = pathlib.Path(__file__).parent
STACKS = 7  # their link
STACK_HOP = 4
CLIENT = """
import socket, sys
for _ in range(int(sys.argv[3])):
    try:
        socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=2).close()
        print("connected")
    except OSError as error:
        print(type(error).__name__)
"""


class HardNetwork(Network):
    """listen: {node: ports}; behaviour: of the stacks, a name of stacks.py."""

    def __init__(self, listen=None, behaviour="hosts"):
        super().__init__(scenarios=())
        self._listen = listen or {}
        self._behaviour = behaviour

    def host(self, family, number):
        return self.addressing.at(family, STACKS, number)

    def client(self, address, port, times=1, node="prober"):
        """What plain connections meet, in words."""
        said = self.run(node, sys.executable, "-c", CLIENT, address, str(port), str(times))
        return said.split()

    def nft(self, node, text):
        """For both families: <ip> stands for ip and ip6, <ttl> for the name of that field."""
        for ip, ttl in (("ip", "ttl"), ("ip6", "hoplimit")):
            self.run(node, "nft", "-f", "-", text=text.replace("<ip>", ip).replace("<ttl>", ttl))

    def start_stack(self, node, device, behaviour):
        self.python(node, HERE / "stack.py", device, behaviour)
        self.ip(node, 4, f"link set {device} up")

    def _add_listeners(self):
        for node, ports in self._listen.items():
            self.python(node, LISTENER, *map(str, ports))
        self.run("target", "sysctl", "-qw", "net.ipv4.ip_forward=1",
                 "net.ipv6.conf.all.forwarding=1")  # fmt: skip
        self.start_stack("target", "stacks", self._behaviour)
        for family, length in ((4, "24"), (6, "64")):
            prefix = self.addressing.at(family, STACKS, 0).rstrip("0") + ("0" if family == 4 else "")
            self.ip("target", family, f"route add {prefix}/{length} dev stacks")
            via = self.address(family, "target")
            self.ip("r2", family, f"route add {prefix}/{length} via {via}")


class Diamond(HardNetwork):
    """prober - r1 - r2 - target, where r1 and r2 are joined by two paths: a direct one and one
    over `far` more routers.  Flows choose by their ports; ways: "both" or one of "there", "back".
    """

    def __init__(self, far=2, ways="both", **options):
        super().__init__(**options)
        self._far, self._ways = far, ways

    def __enter__(self):
        try:
            self._build()
            self._add_listeners()
            self._wait()
        except BaseException:
            self.close()
            raise
        return self

    def _build(self):
        between = [f"far{n}" for n in range(self._far)]
        for node in ("prober", "r1", *between, "r2", "target"):
            name = self.namespace(node)
            with uninterrupted():
                run("ip", "netns", "add", name)
                self._stack.callback(run, "ip", "netns", "del", name)
            self.ip(node, 4, "link set lo up")
            self.run(node, "sysctl", "-qw", "net.ipv4.icmp_ratemask=0",
                     "net.ipv6.icmp.ratelimit=0", "net.ipv4.conf.all.rp_filter=0",
                     "net.ipv4.conf.default.rp_filter=0", "net.ipv4.ip_forward=1",
                     "net.ipv6.conf.all.forwarding=1",
                     "net.ipv4.fib_multipath_hash_policy=1",
                     "net.ipv6.fib_multipath_hash_policy=1")  # fmt: skip
        self._join("prober", "r1", 1)
        self._join("r2", "target", 3)
        self._join("r1", "r2", 2)
        chain = ["r1", *between, "r2"]
        for n, (left, right) in enumerate(zip(chain, chain[1:])):
            self._join(left, right, 10 + n)
        for family in (4, 6):
            self._add_ways(family, chain)

    def _join(self, left, right, link):
        run(*f"ip link add to-{right} netns {self.namespace(left)} type veth".split(),
            *f"peer name to-{left} netns {self.namespace(right)}".split())
        for node, peer, host in ((left, right, 2 if left == "prober" else 1),
                                 (right, left, 1 if left == "prober" else 2)):  # fmt: skip
            for family in (4, 6):
                length = "/24" if family == 4 else "/64 nodad"
                address = self.addressing.at(family, link, host)
                self.ip(node, family, f"addr add {address}{length} dev to-{peer}")
            self.ip(node, 4, f"link set to-{peer} up")

    def _add_ways(self, family, chain):
        at, length = self.addressing.at, "/24" if family == 4 else "/64"
        zero = "0" if family == 4 else ""

        def net(link):
            return at(family, link, 0).rstrip("0") + zero + length

        last = 10 + len(chain) - 2
        self.ip("prober", family, f"route add default via {at(family, 1, 1)}")
        self.ip("target", family, f"route add default via {at(family, 3, 1)}")
        for link in (3, STACKS):
            near, far = at(family, 2, 2), at(family, 10, 2)
            hops = f"nexthop via {near} nexthop via {far}"
            self.ip("r1", family, f"route add {net(link)} "
                    + (hops if self._ways != "back" else f"via {near}"))  # fmt: skip
            for n, node in enumerate(chain[1:-1]):
                self.ip(node, family, f"route add {net(link)} via {at(family, 11 + n, 2)}")
        near, far = at(family, 2, 1), at(family, last, 1)
        hops = f"nexthop via {near} nexthop via {far}"
        self.ip("r2", family, f"route add {net(1)} "
                + (hops if self._ways != "there" else f"via {near}"))  # fmt: skip
        for n, node in enumerate(chain[1:-1]):
            self.ip(node, family, f"route add {net(1)} via {at(family, 10 + n, 1)}")


@dataclass(frozen=True)
class Truth:
    """What an answer may say besides "unknown"; None: anything."""

    states: tuple
    explanation: str = None  # that must remain, when the state is the first
    dispositions: tuple = None
    actors: tuple = None
    hops: tuple = None
    guesses: bool = True  # may a guess be another disposition?
    never: tuple = ()  # words of evidence that would be untrue
    always: tuple = ()


def untrue(port, truth):
    """What is untrue in a port's answer, in words."""
    wrong = []
    if port["state"] not in truth.states:
        wrong.append(f"state {port['state']}")
    guess = truth.guesses and port["confidence"] == "guess"
    if truth.dispositions and not guess:
        if port["disposition"] not in (*truth.dispositions, "unknown"):
            wrong.append(f"disposition {port['disposition']}")
    if truth.actors and port["actor"] not in (*truth.actors, "unknown"):
        wrong.append(f"actor {port['actor']}")
    if truth.hops and port["actor_hop"] not in (*truth.hops, None):
        wrong.append(f"hop {port['actor_hop']}")
    if truth.explanation and port["state"] == truth.states[0]:
        if truth.explanation not in port["explanations"]:
            wrong.append(f"{truth.explanation} is excluded")
    wrong += [f"evidence {word}" for word in truth.never if word in port["evidence"]]
    wrong += [f"no evidence {word}" for word in truth.always if word not in port["evidence"]]
    return wrong and [*wrong, said(port)]


def said(port):
    keys = ("port", "state", "disposition", "actor", "actor_hop", "confidence", "reason", "evidence",
            "explanations")  # fmt: skip
    return " ".join(str(port[key]) for key in keys)


def ports_of(answer):
    status, body = answer
    assert status == 200, body
    return {port["port"]: port for port in body["addresses"][0]["ports"]}

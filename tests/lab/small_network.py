# SPDX-License-Identifier: BSD-2-Clause
"""Two namespaces and the link between them, for tests about links, loss and delay.

    with SmallNetwork() as net:            # prober and target on one veth pair
        net.run("target", "nft", ...)
"""
from network import LISTENER, Network, run, uninterrupted
from scenarios import BENCHMARK, Addressing

NODES = ("prober", "target")


class SmallNetwork(Network):
    """The target is a neighbour: link 1, the prober .2, the target .1."""

    def __init__(self, addressing: Addressing = BENCHMARK, listen=(), join="veth"):
        super().__init__(addressing, scenarios=())
        self._listen = listen
        self._join = join

    def __enter__(self):
        try:
            for node in NODES:
                name = self.namespace(node)
                with uninterrupted():
                    run("ip", "netns", "add", name)
                    self._stack.callback(run, "ip", "netns", "del", name)
                self.ip(node, 4, "link set lo up")
                self.run(node, "sysctl", "-qw", "net.ipv4.icmp_ratemask=0",
                         "net.ipv4.conf.all.rp_filter=0",
                         "net.ipv4.conf.default.rp_filter=0")  # fmt: skip
            self.join()
            if self._listen:
                self.python("target", LISTENER, *map(str, self._listen))
            self._wait_for_target()
        except BaseException:
            self.close()
            raise
        return self

    def join(self):
        getattr(self, f"_join_{self._join}")()

    def address(self, family, place):
        return self.addressing.at(family, 1, 2 if place == "prober" else 1)

    def plug(self, node, device):
        """Gives the device the node's addresses and brings it up."""
        for family in (4, 6):
            length = "/24" if family == 4 else "/64 nodad"
            self.ip(node, family, f"addr add {self.address(family, node)}{length} dev {device}")
        self.ip(node, 4, f"link set {device} up")

    def pair(self, left, right):
        """A veth pair, one end in each node."""
        run(*f"ip link add {left} netns {self.namespace('prober')} type veth".split(),
            *f"peer name {right} netns {self.namespace('target')}".split())

    def _join_veth(self):
        self.pair("wire", "wire")
        self.plug("prober", "wire")
        self.plug("target", "wire")

    def _join_bridge(self):
        """The prober's address is on a bridge."""
        self.pair("port", "wire")
        self.ip("prober", 4, "link add bridge type bridge")
        self.ip("prober", 4, "link set port master bridge")
        self.ip("prober", 4, "link set port up")
        self.plug("prober", "bridge")
        self.plug("target", "wire")

    def _join_macvlan(self):
        self.pair("lower", "wire")
        self.ip("prober", 4, "link set lower up")
        self.ip("prober", 4, "link add upper link lower type macvlan mode bridge")
        self.plug("prober", "upper")
        self.plug("target", "wire")

    def _join_tun(self):
        """No link layer at all: a program carries IP packets between two tun devices."""
        self.carrier = self.carry()
        for node, peer in (("prober", "target"), ("target", "prober")):
            for family in (4, 6):
                length = 32 if family == 4 else 128
                self.ip(node, family, f"addr add {self.address(family, node)}/{length} dev wire"
                        + (" nodad" if family == 6 else ""))  # fmt: skip
            self.ip(node, 4, "link set wire up")
            for family in (4, 6):
                self.ip(node, family, f"route add {self.address(family, peer)} dev wire")

    def carry(self, *rules):
        """The carrier, see carrier.py; rules as there."""
        from carrier import start

        return start(self, *rules)

    def _wait_for_target(self):
        if self._join != "tun":  # which carries from the start, though slowly perhaps
            self._wait()

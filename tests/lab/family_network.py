# SPDX-License-Identifier: BSD-2-Clause
"""The network of families.py: network.py's with every kind of filter on its nodes."""
import pathlib

from families import (
    BLEACHED,
    CLEARED,
    LISTENERS,
    MUTE,
    OWN_TTL,
    PRECEDENCE,
    QUEUE_FULL,
    RULES,
    TTL128,
    TTL255,
)
from network import LISTENER, Network

HERE = pathlib.Path(__file__).parent
LAST_LINK = 3
ODD = {"bleached": BLEACHED, "cleared": CLEARED, "precedence": PRECEDENCE, "mute": MUTE}


class FamilyNetwork(Network):
    def __init__(self):
        super().__init__(scenarios=())

    def address(self, family, place):
        """Of a place by name, or of the target by its last number."""
        if isinstance(place, int):
            return self.addressing.at(family, LAST_LINK, place)
        return super().address(family, place)

    def _add_rules(self):
        self._add_target_addresses()
        for node, rules in RULES:
            if node != "prober":
                self.run(node, "sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_loose=0")
            for text in self._filled(rules):
                self.run(node, "nft", "-f", "-", text=text + "\n")

    def _filled(self, rules):
        if "<ip>" not in rules:
            return [rules]
        return [self._for_family(family, rules) for family in (4, 6)]

    def _for_family(self, family, rules):
        rules = rules.replace("<ip>", "ip" if family == 4 else "ip6")
        for place in ("r1", "target", "host-dead"):
            rules = rules.replace(f"<{place}>", self.address(family, place))
        if family == 4:  # brackets are for IPv6 only
            rules = rules.replace("to [", "to ").replace("]:", ":")
        other = "icmpv6" if family == 4 else "icmp"
        rules = "\n".join(line for line in rules.splitlines() if f" {other} type" not in line)
        for name, number in ODD.items():
            rules = rules.replace(f"<{name}>", self.address(family, number))
        return rules

    def _add_target_addresses(self):
        for family in (4, 6):
            length = "/24" if family == 4 else "/64 nodad"
            for number in ODD.values():
                self.ip("target", family, f"addr add {self.address(family, number)}{length} dev left")
        router = self.addressing.at(4, LAST_LINK, 1)
        for ttl, number in ((128, TTL128), (255, TTL255)):
            address, table = self.address(4, number), 1000 + ttl
            self.ip("target", 4, f"addr add {address}/24 dev left")
            self.ip("target", 4, f"route add default via {router} table {table} hoplimit {ttl}")
            self.ip("target", 4, f"rule add from {address} table {table}")

    def _add_listeners(self):
        for node, ports in LISTENERS.items():
            self.python(node, LISTENER, *map(str, ports))
        self.python("target", HERE / "odd_listener.py", str(QUEUE_FULL), str(OWN_TTL))

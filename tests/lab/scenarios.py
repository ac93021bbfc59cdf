# SPDX-License-Identifier: BSD-2-Clause
"""What the lab holds and what a checker must say about it: one table.

Each row sets something up (a listener, a firewall rule, an address that a route
or nobody answers for) and names the verdict.  network.py builds the network
from the rows, test_network.py checks with packets of its own that the network
does what the rows say, test_verdicts.py that portlight does.  All ports are of
the default allowlist, so that the table holds for a public prober, too.

What only several replies could tell (who exactly sent a RST) is a set of
tolerated words: a verdict may be modest, never wrong.
"""
from dataclasses import dataclass

SYN_MAX = 8  # SYNs to a silent port, docs/verdicts.md, "Retransmission"

# The distance of each node from the prober, and what is left of a TTL of 64.
HOPS = {"prober": 0, "r1": 1, "r2": 2, "target": 3}
TTL = {"prober": 64, "r1": 64, "r2": 63, "target": 62}


@dataclass(frozen=True)
class Addressing:
    """Where the lab lives: a /16 of IPv4 and a /48 of IPv6, no route out of it.

    Link n between two neighbours is .n.0/24 and :n::/64; the node nearer to the
    target has the 1 on the prober's link and the 2 on the others.
    """

    ipv4: str = "198.18"
    ipv6: str = "2001:2:0"
    special: bool = True  # must be excepted from the special-purpose rules

    def at(self, family, link, host):
        if family == 4:
            return f"{self.ipv4}.{link}.{host}"
        return f"{self.ipv6}:{link}::{host}"

    def prefixes(self):
        return [f"{self.ipv4}.0.0/16", f"{self.ipv6}::/48"]

    def routed(self, family):
        """What the prober has a route for; NO_ROUTE lies outside."""
        return f"{self.ipv4}.0.0/17" if family == 4 else f"{self.ipv6}::/56"

    def address(self, family, name):
        return self.at(family, *PLACES[name])

    def loopback(self, family):
        return "127.0.0.1" if family == 4 else "::1"


BENCHMARK = Addressing()  # RFC 2544 and RFC 5180: nobody's addresses
PUBLIC = Addressing("45.30", "2a0e:c1:0", special=False)  # look like anybody's

# name: (link, host).  The nodes by the address with which they answer the prober.
PLACES = {
    "prober": (1, 2),
    "r1": (1, 1),
    "r2": (2, 2),
    "target": (3, 2),
    "neighbour-dead": (1, 77),  # on the prober's own link
    "host-dead": (3, 77),  # on the target's link
    "route-unreachable": (9, 1),
    "route-prohibit": (9, 2),
    "route-blackhole": (9, 3),
    "route-loop": (9, 4),
    "no-route": (255, 1),
}


@dataclass(frozen=True, eq=False)
class Outcome:
    state: str
    reason: dict  # family: (reason, ICMP type and code or None)
    disposition: set
    actor: set
    by: str = None  # the node that answers
    sent: tuple = (1, 4)  # fewest and most SYNs; an instant answer needs one
    truth: str = None  # the explanation that is true: it must be among those that remain


def every_family(reason):
    return {4: (reason, None), 6: (reason, None)}


def icmp(ipv4, ipv6):
    """The same refusal in the words and numbers of ICMP and ICMPv6."""
    return {f: ("icmp-" + word, (t, c)) for f, (word, t, c) in ((4, ipv4), (6, ipv6)) if word}


NONE = (None, None, None)
PORT_UNREACHABLE = icmp(("port-unreachable", 3, 3), ("port-unreachable", 1, 4))
ADMIN_PROHIBITED = icmp(("admin-prohibited", 3, 13), ("admin-prohibited", 1, 1))
NET_UNREACHABLE = icmp(("net-unreachable", 3, 0), ("no-route", 1, 0))
HOST_UNREACHABLE = icmp(("host-unreachable", 3, 1), ("address-unreachable", 1, 3))
UNREACHABLE_ROUTE = icmp(("host-unreachable", 3, 1), ("no-route", 1, 0))
TTL_EXCEEDED = icmp(("ttl-exceeded", 11, 0), ("ttl-exceeded", 3, 0))
PROTOCOL_UNREACHABLE = icmp(("protocol-unreachable", 3, 2), NONE)
NET_PROHIBITED = icmp(("net-prohibited", 3, 9), NONE)
HOST_PROHIBITED = icmp(("host-prohibited", 3, 10), NONE)
SOURCE_POLICY = icmp(NONE, ("source-policy", 1, 5))
REJECT_ROUTE = icmp(NONE, ("reject-route", 1, 6))

SYN_ACK = every_family("syn-ack")
RESET = every_family("reset")


def accepted(by, sent=(1, 4)):
    return Outcome("open", SYN_ACK, {"accept"}, {"host", "unknown"}, by, sent, "host-accepts")


def refused(by, sent=(1, 4)):
    return Outcome("closed", RESET, {"refuse"}, {"host", "unknown"}, by, sent, "host-refuses")


def reset(by):
    """A RST made by a filter.  One alone may as well be a host's."""
    suspects = {"target": {"host-firewall"}}.get(by, {"path"})
    truth = "netfilter-on-host" if by == "target" else "device-rejects"
    words = {"reject", "refuse", "unknown"}
    return Outcome("closed", RESET, words, suspects | {"unknown"}, by, truth=truth)


def rejected(reason, by):
    suspects = {"host-firewall", "unknown"} if by == "target" else {"path"}
    truth = "netfilter-on-host" if by == "target" else "router-rejects"
    return Outcome("filtered", reason, {"reject"}, suspects, by, truth=truth)


def unreachable(reason, by, sent=(1, 4), truth=None):
    suspects = {"host-firewall", "unknown"} if by == "target" else {"path"}
    words = {"unreachable", "reject"} if by == "target" else {"unreachable"}
    truth = truth or ("netfilter-on-host" if by == "target" else "router-has-no-way")
    return Outcome("filtered", reason, words, suspects, by, sent, truth)


SILENT = Outcome(
    "filtered", every_family("no-response"), {"drop"}, {"unknown"}, sent=(SYN_MAX, SYN_MAX),
    truth="dropped",
)  # fmt: skip


def untold(reason):
    return Outcome("unknown", every_family(reason), {"unknown"}, {"local"}, sent=(0, 0))


NEIGHBOUR_DEAD = Outcome(
    "filtered",
    {f: ("local-arp-failure", HOST_UNREACHABLE[f][1]) for f in (4, 6)},
    {"unreachable"},
    {"local"},
    "prober",
    sent=(0, SYN_MAX),  # none left the machine, all were sent
)


def loss(percent):
    """Both ways, at a router."""
    return tuple(
        f"tcp {way} {{port}} numgen random mod 100 < {percent} drop" for way in ("dport", "sport")
    )


def rule(action):
    return ("tcp dport {port} " + action,)


DROP = rule("drop")
TCP_RESET = rule("reject with tcp reset")
REJECT_PORT = rule("reject with icmpx type port-unreachable")
REJECT_ADMIN = rule("reject with icmpx type admin-prohibited")
REJECT_NET = rule("reject with icmpx type no-route")
REJECT_HOST = rule("reject with icmpx type host-unreachable")


@dataclass(frozen=True, eq=False)
class Scenario:
    id: str
    what: str
    port: int
    outcome: Outcome
    place: str = "target"  # the address to ask for, a name of PLACES
    filter: str = None  # the node that has the rules
    rules: tuple = ()  # nft statements
    listener: str = None  # the node that has a program on the port

    def families(self):
        return sorted(self.outcome.reason)


# fmt: off
SCENARIOS = [
    Scenario("open", "a program listens", 443, accepted("target"), listener="target"),
    Scenario("closed", "nothing listens", 22, refused("target")),
    Scenario("closed-router", "nothing listens, on a router", 22, refused("r1"), place="r1"),
    Scenario("host-drop", "host firewall: drop", 3389, SILENT, filter="target", rules=DROP),
    Scenario("host-reset", "host firewall: reject with tcp reset", 23, reset("target"),
             filter="target", rules=TCP_RESET),
    Scenario("host-port-unreachable", "host firewall: reject with icmp port-unreachable", 445,
             rejected(PORT_UNREACHABLE, "target"), filter="target", rules=REJECT_PORT),
    Scenario("host-admin-prohibited", "host firewall: reject with icmp admin-prohibited", 3306,
             rejected(ADMIN_PROHIBITED, "target"), filter="target", rules=REJECT_ADMIN),
    Scenario("host-net-unreachable", "host firewall: reject with icmp net-unreachable", 53,
             unreachable(NET_UNREACHABLE, "target"), filter="target", rules=REJECT_NET),
    Scenario("host-host-unreachable", "host firewall: reject with icmp host-unreachable", 389,
             unreachable(HOST_UNREACHABLE, "target"), filter="target", rules=REJECT_HOST),
    Scenario("host-protocol-unreachable", "host firewall: reject with icmp prot-unreachable", 853,
             rejected(PROTOCOL_UNREACHABLE, "target"), filter="target",
             rules=rule("reject with icmp type prot-unreachable")),
    Scenario("host-net-prohibited", "host firewall: reject with icmp net-prohibited", 1433,
             rejected(NET_PROHIBITED, "target"), filter="target",
             rules=rule("reject with icmp type net-prohibited")),
    Scenario("host-host-prohibited", "host firewall: reject with icmp host-prohibited", 5432,
             rejected(HOST_PROHIBITED, "target"), filter="target",
             rules=rule("reject with icmp type host-prohibited")),
    Scenario("host-source-policy", "host firewall: reject with icmpv6 policy-fail", 1433,
             rejected(SOURCE_POLICY, "target"), filter="target",
             rules=rule("reject with icmpv6 type policy-fail")),
    Scenario("host-reject-route", "host firewall: reject with icmpv6 reject-route", 5432,
             rejected(REJECT_ROUTE, "target"), filter="target",
             rules=rule("reject with icmpv6 type reject-route")),
    Scenario("router-drop", "first router: drop", 25, SILENT, filter="r1", rules=DROP),
    Scenario("router-reset", "first router: reject with tcp reset", 110, reset("r1"),
             filter="r1", rules=TCP_RESET),
    Scenario("router-port-unreachable", "first router: reject with icmp port-unreachable", 143,
             rejected(PORT_UNREACHABLE, "r1"), filter="r1", rules=REJECT_PORT),
    Scenario("router-admin-prohibited", "first router: reject with icmp admin-prohibited", 587,
             rejected(ADMIN_PROHIBITED, "r1"), filter="r1", rules=REJECT_ADMIN),
    Scenario("router2-drop", "second router: drop", 465, SILENT, filter="r2", rules=DROP),
    Scenario("router2-reset", "second router: reject with tcp reset", 993, reset("r2"),
             filter="r2", rules=TCP_RESET),
    Scenario("router2-admin-prohibited", "second router: reject with icmp admin-prohibited", 995,
             rejected(ADMIN_PROHIBITED, "r2"), filter="r2", rules=REJECT_ADMIN),
    Scenario("lossy-open", "a program listens behind 30 % loss each way", 8080,
             accepted("target", (1, SYN_MAX)), listener="target",
             filter="r1", rules=loss(30)),
    Scenario("lossy-closed", "nothing listens behind 20 % loss each way", 8443,
             refused("target", (1, SYN_MAX)), filter="r1", rules=loss(20)),
    Scenario("host-dead", "no such host: its router says so after 3 seconds", 443,
             unreachable(HOST_UNREACHABLE, "r2", (SYN_MAX, SYN_MAX)), place="host-dead"),
    Scenario("route-unreachable", "first router: unreachable route", 443,
             unreachable(UNREACHABLE_ROUTE, "r1"), place="route-unreachable"),
    Scenario("route-prohibit", "second router: prohibit route", 443,
             rejected(ADMIN_PROHIBITED, "r2"), place="route-prohibit"),
    Scenario("route-blackhole", "first router: blackhole route", 443, SILENT,
             place="route-blackhole"),
    Scenario("route-loop", "two routers send it back and forth", 443,
             unreachable(TTL_EXCEEDED, "r2", truth="routing-loop"), place="route-loop"),
    Scenario("own-open", "a program of the prober's machine listens", 443, accepted("prober"),
             place="prober", listener="prober"),
    Scenario("own-closed", "nothing listens on the prober's machine", 22, refused("prober"),
             place="prober"),
    Scenario("neighbour-dead", "no such host on the prober's own link", 443, NEIGHBOUR_DEAD,
             place="neighbour-dead"),
    Scenario("own-drop", "the prober's own firewall: drop", 6379, untold("local-firewall"),
             filter="prober", rules=DROP),
    Scenario("own-reset", "the prober's own firewall: reject with tcp reset", 5900,
             untold("local-firewall"), filter="prober", rules=TCP_RESET),
    Scenario("own-reject", "the prober's own firewall: reject with ICMP", 21,
             untold("local-firewall"), filter="prober", rules=REJECT_PORT),
    Scenario("own-reject-host", "the prober's own firewall: reject as if the host were dead", 25565,
             untold("local-firewall"), filter="prober", rules=REJECT_HOST),
    Scenario("no-route", "the prober has no route", 443, untold("no-route"), place="no-route"),
]
# fmt: on

CASES = [(row, family) for row in SCENARIOS for family in row.families()]


def case_id(case):
    return f"{case[0].id}-ipv{case[1]}"


def responder(scenario, family, addressing):
    """Whose address the answer carries: a RST made by a router carries the target's."""
    code, by = scenario.outcome.reason[family][1], scenario.outcome.by
    return addressing.address(family, by if code else scenario.place) if by else None


def differences(scenario, family, addressing, answer):
    """What is wrong with the API's object for the scenario's port, in words."""
    want = scenario.outcome
    reason, code = want.reason[family]
    by = want.by
    wrong = []

    def check(ok, key, expected):
        if not ok:
            wrong.append(f"{key} is {answer.get(key)!r}, not {expected}")

    def exact(key, expected):
        check(key in answer and answer[key] == expected, key, expected)

    exact("port", scenario.port)
    exact("state", want.state)
    exact("reason", reason)
    exact("icmp", {"type": code[0], "code": code[1]} if code else None)
    exact("responder", responder(scenario, family, addressing))
    exact("ttl", TTL[by] if by else None)
    exact("hops", HOPS[by] if by else None)
    exact("path", None)
    check(answer.get("disposition") in want.disposition, "disposition", want.disposition)
    check(answer.get("actor") in want.actor, "actor", want.actor)
    check(answer.get("confidence") in ("certain", "likely", "guess"), "confidence", "one of three")
    check(isinstance(answer.get("evidence"), list), "evidence", "a list")
    explanations = answer.get("explanations", [])
    check(want.truth is None or want.truth in explanations, "explanations", f"with {want.truth}")
    check(want.sent[0] <= answer.get("sent", -1) <= want.sent[1], "sent", want.sent)
    if reason == "reset" and answer.get("actor") == "host-firewall":
        check(answer["confidence"] != "certain", "confidence", "anything but certain")
    if want.disposition != {"unreachable"} or by != "prober":  # that SYN never left
        rtt = answer.get("rtt_ms", -1)
        check(rtt is not None and 0 < rtt < 3700 if by else rtt is None, "rtt_ms", "plausible")
    return wrong

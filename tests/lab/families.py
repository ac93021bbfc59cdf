# SPDX-License-Identifier: BSD-2-Clause
"""Who may answer in a target's name, and what portlight must say: docs/verdicts.md.

The network is network.py's, prober - r1 - r2 - target, with more kinds of filter on
every node.  An expectation is one line, "state/disposition reason actor@hop
confidence"; how sure portlight can be depends on what it may compare, so there is
one for each way of asking:

  alone     one port, ICMP echo allowed (the default policy)
  contrast  together with a closed port of the same address
  control   alone, with policy.control-port
  blind     alone, with policy.echo off: nothing to compare with
"""
from dataclasses import dataclass, field

CLOSED = 2001  # nothing listens there, on any node
WAYS = ("alone", "contrast", "control", "blind")

# Addresses of the target besides its first one, by the last number: what leaves from
# them carries no DSCP; what comes to them has lost its DSCP on the way, or the upper
# three bits of it; no echo is answered; what leaves from them starts with a TTL of 128, of 255.
BLEACHED, CLEARED, PRECEDENCE, MUTE, TTL128, TTL255 = 30, 31, 32, 33, 128, 254

# Tables of nftables by node.  Those with <ip> are made twice, for ip and ip6, with the
# addresses of that family.
RULES = [
    ("prober", """
table inet families {
  chain output { type filter hook output priority 0;
    tcp dport 2041 drop
    tcp dport 2042 reject with tcp reset
  }
}"""),
    ("r1", """
table inet families {
  chain raw { type filter hook prerouting priority raw;
    tcp dport 2010 reject with tcp reset
    tcp dport 2019 drop
    meta nfproto ipv4 tcp dport 2012 tcp flags syn notrack
  }
  chain forward { type filter hook forward priority 0;
    tcp dport 2006 drop
    tcp dport 2007 reject with tcp reset
    tcp dport 2008 reject with icmpx type admin-prohibited
    meta nfproto ipv4 tcp dport 2012 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
    meta nfproto ipv4 tcp dport 2012 ct state invalid drop
  }
}
table netdev families {
  chain ingress { type filter hook ingress device left priority 0;
    tcp dport 2020 reject with icmpx type admin-prohibited
    tcp dport 2021 reject with tcp reset
  }
}"""),
    ("r1", """
table <ip> forwards {
  chain nat { type nat hook prerouting priority -100;
    <ip> daddr <target> tcp dport 2013 redirect to :9092
    <ip> daddr <target> tcp dport 2023 redirect to :9093
    <ip> daddr <r1> tcp dport 2033 dnat to [<target>]:2000
    <ip> daddr <r1> tcp dport 2034 dnat to [<target>]:2002
    <ip> daddr <r1> tcp dport 2035 dnat to [<target>]:2001
    <ip> daddr <r1> tcp dport 2036 dnat to [<host-dead>]:2000
  }
  chain clear { type filter hook forward priority 0;
    <ip> daddr <cleared> <ip> dscp set 0
    <ip> daddr <precedence> <ip> dscp af11 <ip> dscp set 0x02
  }
}"""),
    ("r2", """
table inet families {
  chain raw { type filter hook prerouting priority raw;
    tcp dport 2011 reject with tcp reset
    meta nfproto ipv4 tcp dport 2022 tcp flags syn notrack
  }
  chain forward { type filter hook forward priority 0;
    tcp dport 2016 drop
    tcp dport 2017 reject with tcp reset
    tcp dport 2018 reject with icmpx type port-unreachable
    meta nfproto ipv4 tcp dport 2022 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
    meta nfproto ipv4 tcp dport 2022 ct state invalid drop
  }
}"""),
    ("target", """
table inet families {
  chain raw { type filter hook prerouting priority raw;
    tcp dport 2024 reject with tcp reset
    meta nfproto ipv4 tcp dport 2032 tcp flags syn notrack
  }
  chain input { type filter hook input priority 0;
    tcp dport 2002 drop
    tcp dport 2003 reject with tcp reset
    tcp dport 2004 reject with icmpx type port-unreachable
    tcp dport 2005 reject with icmpx type admin-prohibited
    tcp dport 2014 tcp flags & (syn|ack) == syn drop
    meta nfproto ipv4 tcp dport 2032 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
    meta nfproto ipv4 tcp dport 2032 ct state invalid drop
  }
  chain output { type filter hook output priority 0;
    tcp sport 2050 tcp flags & rst == rst ip dscp set 0x04
  }
}"""),
    ("target", """
table <ip> bleached {
  chain output { type filter hook output priority 0;
    <ip> saddr <bleached> <ip> dscp set 0
  }
  chain input { type filter hook input priority 0;
    <ip> daddr <mute> icmp type echo-request drop
    <ip> daddr <mute> icmpv6 type echo-request drop
  }
}"""),
]

LISTENERS = {"prober": (2040,), "r1": (9092,), "target": (2000, 2014)}
QUEUE_FULL, OWN_TTL = 2015, 2037


@dataclass(frozen=True, eq=False)
class Family:
    what: str
    port: int
    alone: str
    truth: frozenset  # the explanations that are true: they must be among those that remain
    contrast: str = None  # None: as alone
    control: str = None
    blind: str = None
    ipv6: dict = field(default_factory=dict)  # by way, where the flow label tells more
    place: object = "target"  # a name of PLACES, or the last number of a target's address
    families: tuple = (4, 6)
    evidence: frozenset = frozenset()
    traced: str = None  # the verdict with a trace; None: as alone
    path: tuple = None  # with trace: (last hop's node or None, silent_from or None)
    hops: tuple = field(default=())  # the nodes of the hops, None: silent

    def expected(self, way, family):
        if family == 6 and way in self.ipv6:
            return self.ipv6[way]
        return getattr(self, way) or self.alone

    def is_silent(self):
        return "no-response" in self.alone


def facts(*words):
    return frozenset(words)


def reset_by_filter(hop):
    """Without another port of the host, its own TCP may be one that reflects nothing."""
    named = f"closed/reject reset host-firewall@{hop} likely"
    return dict(alone=UNTOLD_RESET, contrast=named, control=named)


def path_reset(hop):
    return dict(alone=f"closed/reject reset path@{hop} likely", blind=UNTOLD_RESET)


def no_life(text):
    """Without an echo nothing shows that the host lives."""
    return dict(alone=text, blind=text.replace("likely", "guess"))


def rejected(reason, actor):
    """In the target's name: without an echo anybody may have sent it."""
    return dict(
        alone=f"filtered/reject icmp-{reason} {actor} likely",
        blind=f"filtered/reject icmp-{reason} unknown@None likely",
    )


# A SYN-ACK that came as far as the echo reply; SYNs with small TTLs, which would show the hop,
# are not needed.
HOST_OPEN = "open/accept syn-ack host@None certain"
OPEN_BLIND = "open/accept syn-ack unknown@None likely"
# Only one member of a group may refuse, so this is never certain.
HOST_CLOSED = "closed/refuse reset host@None likely"
CLOSED_BLIND = "closed/refuse reset unknown@None likely"
# A host that reflects nothing, or a filter.
UNTOLD_RESET = "closed/refuse reset unknown@None guess"
DROPPED = "filtered/drop no-response unknown@None likely"

# fmt: off
FAMILIES = [
    Family("a program listens", 2000, HOST_OPEN, facts("host-accepts"), blind=OPEN_BLIND),
    Family("nothing listens", 2001, HOST_CLOSED, facts("host-refuses"), blind=CLOSED_BLIND),
    Family("host drops", 2002, **no_life(DROPPED), truth=facts("dropped"),
           evidence=facts("echo-answered"), path=("r2", 3), hops=("r1", "r2", None)),
    Family("host's input rejects with a reset", 2003, **reset_by_filter(3),
           truth=facts("netfilter-on-host")),
    Family("host's prerouting rejects with a reset", 2024, **reset_by_filter(3),
           truth=facts("netfilter-on-host")),
    Family("host rejects: port unreachable", 2004, **rejected("port-unreachable", "host-firewall@3"),
           truth=facts("netfilter-on-host")),
    Family("host rejects: prohibited", 2005, **rejected("admin-prohibited", "host-firewall@3"),
           truth=facts("netfilter-on-host"), path=("r2", None), hops=("r1", "r2")),
    Family("first router drops", 2006, **no_life(DROPPED), truth=facts("dropped"),
           evidence=facts("echo-answered"), path=("r1", 2), hops=("r1", None)),
    Family("first router rejects with a reset", 2007, **path_reset(1),
           truth=facts("device-rejects"), path=("r1", None), hops=("r1",)),
    Family("first router rejects: prohibited", 2008,
           "filtered/reject icmp-admin-prohibited path@1 likely", facts("router-rejects"),
           path=("r1", None), hops=("r1",)),
    Family("first router's prerouting rejects with a reset", 2010, **path_reset(1),
           truth=facts("device-rejects")),
    Family("first router's prerouting drops", 2019, **no_life(DROPPED), truth=facts("dropped"),
           path=(None, 1), hops=(None,)),
    Family("second router drops", 2016, **no_life(DROPPED), truth=facts("dropped"),
           path=("r2", 3), hops=("r1", "r2", None)),
    Family("second router rejects with a reset", 2017, **path_reset(2),
           truth=facts("device-rejects"), path=("r2", None), hops=("r1", "r2")),
    Family("second router rejects: port unreachable", 2018,
           "filtered/reject icmp-port-unreachable path@2 likely", facts("router-rejects"),
           path=("r2", None), hops=("r1", "r2")),
    Family("second router's prerouting rejects with a reset", 2011, **path_reset(2),
           truth=facts("device-rejects")),
    Family("first router rejects on ingress in the host's name: prohibited", 2020,
           **rejected("admin-prohibited", "path@1"), truth=facts("device-rejects"),
           evidence=facts("responder-is-target", "forged-source")),
    Family("first router rejects on ingress in the host's name: reset", 2021, **path_reset(1),
           truth=facts("device-rejects")),
    Family("SYN proxy on the first router", 2012, "open/accept syn-ack path@1 likely",
           facts("syn-proxy-before-host"), blind=OPEN_BLIND, families=(4,),
           evidence=facts("window-zero")),
    Family("SYN proxy on the second router", 2022, "open/accept syn-ack path@2 likely",
           facts("syn-proxy-before-host"), blind=OPEN_BLIND, families=(4,),
           evidence=facts("window-zero")),
    Family("SYN proxy on the host", 2032, "open/accept syn-ack host-firewall@None likely",
           facts("syn-proxy-on-host"), blind=OPEN_BLIND, families=(4,),
           evidence=facts("window-zero")),
    Family("redirect to a program on the first router", 2013, "open/accept syn-ack path@1 likely",
           facts("device-accepts"), blind=OPEN_BLIND),
    Family("redirect to a closed port of the first router", 2023,
           "closed/refuse reset path@1 likely", facts("device-refuses"), blind=CLOSED_BLIND),
    Family("forwarded to a program", 2033, "open/accept syn-ack behind-nat@3 likely",
           facts("forwarded-accepts"), blind=OPEN_BLIND, place="r1"),
    Family("forwarded to a port that drops", 2034, **no_life(DROPPED), truth=facts("dropped"),
           place="r1", traced="filtered/drop no-response behind-nat@None likely", path=("r1", 3),
           hops=("r1", "r1", None)),
    Family("forwarded to a host that is off", 2036,
           "filtered/unreachable icmp-host-unreachable behind-nat@2 likely",
           facts("forwarded-to-dead-host"), place="r1", families=(4,),
           evidence=facts("reported-late"), path=("r1", None), hops=("r1", "r1")),
    Family("forwarded to a closed port", 2035, "closed/refuse reset behind-nat@3 likely",
           facts("forwarded-refuses"), blind=CLOSED_BLIND, place="r1"),
    Family("only SYNs are dropped", 2014, **no_life(DROPPED),
           truth=facts("dropped", "listener-overloaded"), evidence=facts("ack-probe-answered")),
    Family("the program's queue is full", QUEUE_FULL, **no_life(DROPPED),
           truth=facts("listener-overloaded"), evidence=facts("ack-probe-answered")),
    Family("the checker's own output drops", 2041,
           "unknown/unknown local-firewall local@None certain", facts()),
    Family("the checker's own output rejects", 2042,
           "unknown/unknown local-firewall local@None certain", facts()),
    Family("a program on the checker's own address", 2040, "open/accept syn-ack host@0 certain",
           facts("host-accepts"), place="prober"),
    Family("nothing on the checker's own address", 2001, "closed/refuse reset host@0 certain",
           facts("host-refuses"), place="prober"),
    Family("a program with a TTL of its own", OWN_TTL, OPEN_BLIND,
           facts("host-accepts"), families=(4,), evidence=facts("ttl-farther")),
    Family("nothing listens, a host that reflects nothing", 2001, UNTOLD_RESET,
           facts("host-refuses-plainly"), place=BLEACHED,
           ipv6=dict.fromkeys(("alone", "contrast", "control"), HOST_CLOSED)
           | {"blind": CLOSED_BLIND}),
    Family("a firewall on a host that reflects nothing", 2003, UNTOLD_RESET,
           facts("netfilter-on-host"), place=BLEACHED,
           ipv6=dict.fromkeys(("contrast", "control"), reset_by_filter(3)["contrast"])),
    Family("nothing listens, the way clears the DSCP", 2001, UNTOLD_RESET,
           facts("host-refuses", "dscp-cleared"), place=CLEARED,
           ipv6=dict.fromkeys(("alone", "contrast", "control"), HOST_CLOSED)
           | {"blind": CLOSED_BLIND}),
    Family("a firewall, the way clears the DSCP", 2003, UNTOLD_RESET,
           facts("netfilter-on-host"), place=CLEARED,
           ipv6=dict.fromkeys(("contrast", "control"), reset_by_filter(3)["contrast"])),
    Family("nothing listens, the way clears the precedence", 2001, HOST_CLOSED,
           facts("host-refuses"), blind=CLOSED_BLIND, place=PRECEDENCE),
    Family("a firewall, the way clears the precedence", 2003, UNTOLD_RESET,
           facts("netfilter-on-host"), contrast=reset_by_filter(3)["contrast"], place=PRECEDENCE,
           ipv6={"control": reset_by_filter(3)["contrast"]}),
    Family("a program on a host that answers no echo", 2000, OPEN_BLIND, facts("host-accepts"),
           place=MUTE),
    Family("a firewall on a host that answers no echo", 2003, UNTOLD_RESET,
           facts("netfilter-on-host"), place=MUTE,
           contrast="closed/reject reset unknown@None guess",
           control="closed/reject reset unknown@None guess",
           ipv6=dict.fromkeys(("contrast", "control"), "closed/unknown reset unknown@None guess")),
    Family("a router before a host that answers no echo", 2007, UNTOLD_RESET,
           facts("device-rejects"), place=MUTE),
    Family("a drop on a host that answers no echo", 2002, DROPPED.replace("likely", "guess"),
           facts("dropped"), contrast=DROPPED, control=DROPPED, place=MUTE),
    Family("a program, TTL from 128", 2000, HOST_OPEN, facts("host-accepts"), blind=OPEN_BLIND,
           place=TTL128, families=(4,)),
    Family("nothing listens, TTL from 255", 2001, HOST_CLOSED, facts("host-refuses"),
           blind=CLOSED_BLIND, place=TTL255, families=(4,)),
    # as well a mark that a shaper puts on the resets of one service
    Family("a reset as pf makes it", 2050, "closed/reject reset unknown@None guess",
           facts("pf-on-host"), families=(4,), evidence=facts("odd-tos")),
]
# fmt: on

CASES = [(row, family, way) for row in FAMILIES for family in row.families for way in WAYS]
TRACED = [(row, family) for row in FAMILIES for family in row.families if row.path]


def name(case):
    row, family, *way = case
    return "-".join([str(row.port), row.what.replace(" ", "_"), f"ipv{family}", *way])

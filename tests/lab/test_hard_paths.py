# SPDX-License-Identifier: BSD-2-Clause
"""What a path does to some packets only must not be blamed on the target."""
import pytest

from hard_network import HardNetwork, Truth, ports_of, untrue
from scenarios import HOPS
from service import Service, ask_all, free_listen

BOTH = pytest.mark.parametrize("family", (4, 6))
TRACED = pytest.mark.parametrize("trace", ("false", "true"))
# ports of the target
PLAIN, EPHEMERAL, UNMARKED, MARKED, OTHERS = 8000, 8001, 8002, 8003, 8004
CLASSES = {2201: "cs7", 2202: "af41", 2203: "cs1", 2204: "ef"}  # of closed ports' replies
DROPPED, HIDDEN, TRICK, TAKEN, REJECTED = 8082, 8083, 8084, 8085, 8086
SHORTENED = 19  # the last number of a stack's address
LISTEN = (PLAIN, EPHEMERAL, UNMARKED, MARKED, OTHERS)
RULES = (
    ("r2", f"""
table <ip> hard {{
  chain forward {{ type filter hook forward priority 0;
    tcp sport {EPHEMERAL} tcp dport != 32768-60999 drop
    tcp dport {UNMARKED} <ip> dscp != cs0 drop
    tcp dport {MARKED} <ip> dscp cs0 drop
    tcp sport {OTHERS} tcp dport 49152-60999 drop
    {{classes}}
  }}
  chain early {{ type filter hook prerouting priority -150;
    tcp dport {HIDDEN} <ip> <ttl> 1 drop
  }}
  chain late {{ type filter hook postrouting priority 0;
    <ip> daddr {{shortened}} <ip> <ttl> set 1
  }}
}}"""),
    ("r1", f"""
table <ip> hard {{
  chain early {{ type filter hook prerouting priority -150;
    iifname "left" tcp dport {TRICK} tcp flags syn <ip> <ttl> != 3 drop
  }}
  chain nat {{ type nat hook prerouting priority -100;
    iifname "left" tcp dport {{ {TRICK}, {TAKEN} }} redirect to :9999
  }}
}}"""),
    ("target", f"""
table <ip> hard {{
  chain input {{ type filter hook input priority 0;
    tcp dport {{ {DROPPED}, {HIDDEN} }} drop
    tcp dport {REJECTED} reject with tcp reset
  }}
}}"""),
)  # fmt: skip


class PathNetwork(HardNetwork):
    def _add_rules(self):
        marks = "\n".join(
            f"tcp sport {port} <ip> dscp set {mark}" for port, mark in CLASSES.items()
        )
        for node, rules in RULES:
            for family, ip, ttl in ((4, "ip", "ttl"), (6, "ip6", "hoplimit")):
                text = rules.replace("{classes}", marks).replace("<ip>", ip).replace("<ttl>", ttl)
                text = text.replace("{shortened}", self.host(family, SHORTENED))
                self.run(node, "nft", "-f", "-", text=text + "\n")


@pytest.fixture(scope="module")
def network():
    with PathNetwork(listen={"target": LISTEN, "r1": (9999,)}) as net:
        yield net


@pytest.fixture(scope="module")
def service(network):
    policy = {"any-port": True, "allow": network.addressing.prefixes()}
    with Service(network, free_listen(), policy=policy) as checker:
        yield checker


@pytest.fixture
def ask(service, network):
    def ask(family, *ports, place="target", trace="false"):
        address = network.host(family, place) if isinstance(place, int) else None
        address = address or network.address(family, place)
        return ports_of(service.check(address, *ports, trace=trace))

    return ask


HOST_ACCEPTS = Truth(("open",), "host-accepts", ("accept",), ("host",), (HOPS["target"],))


@TRACED
@BOTH
@pytest.mark.parametrize("number", (EPHEMERAL, UNMARKED, OTHERS))
def test_what_clients_reach_is_open(number, family, trace, ask, network):
    """Replies to ports of clients only, SYNs without a mark only, or all but some clients'."""
    if number != OTHERS:  # where it depends on the client's port
        assert network.client(network.address(family, "target"), number) == ["connected"]
    for ports in ((number,), (number, PLAIN, 81)):
        answer = ask(family, *ports, trace=trace)
        for port in (number, PLAIN):
            if port in answer:
                assert not untrue(answer[port], HOST_ACCEPTS)
        # it says so where it saw a difference
        if number == UNMARKED:
            assert "depends-on-source-port" not in answer[number]["evidence"]
        else:
            assert "depends-on-dscp" not in answer[number]["evidence"]


@BOTH
def test_what_only_marked_packets_reach_is_not_simply_open(family, ask, network):
    assert network.client(network.address(family, "target"), MARKED) == ["TimeoutError"]
    for ports in ((MARKED,), (MARKED, PLAIN)):
        port = ask(family, *ports)[MARKED]
        assert port["state"] in ("open", "filtered")
        if port["state"] == "open":
            assert port["confidence"] != "certain" and "depends-on-dscp" in port["evidence"]


@BOTH
@pytest.mark.parametrize("number", CLASSES)
def test_a_class_of_its_own_is_no_filter(number, family, ask):
    truth = Truth(("closed",), "host-refuses", ("refuse",), ("host",), (HOPS["target"],), False)
    for ports in ((number,), (number, 81), (number, 81, PLAIN)):
        assert not untrue(ask(family, *ports)[number], truth)


@BOTH
def test_a_filter_beside_it_is_still_named(family, ask):
    answer = ask(family, REJECTED, 81, PLAIN)
    port = answer[REJECTED]
    assert (port["disposition"], port["actor"]) == ("reject", "host-firewall"), port["evidence"]
    assert port["actor_hop"] == HOPS["target"]
    assert answer[81]["disposition"] == "refuse"


@BOTH
def test_syns_with_small_ttls_open_nothing(family, ask):
    """A proxy at hop 1 takes SYNs with a TTL of 3 only, which no client sends."""
    truth = Truth(("filtered",), "dropped", ("drop",), ("unknown",))
    for trace in ("false", "true"):
        for ports in ((TRICK,), (TRICK, PLAIN, 81)):
            assert not untrue(ask(family, *ports, trace=trace)[TRICK], truth)


@TRACED
@BOTH
def test_a_proxy_for_everybody_is_not_the_dead_host(family, trace, ask):
    """Hop 2 says of another port that it can't reach the host."""
    for ports in ((TAKEN, 81), (TAKEN,)):
        port = ask(family, *ports, place="host-dead", trace=trace)[TAKEN]
        assert not untrue(port, Truth(("open",), "device-accepts", ("accept",), ("path",), (1,)))


@BOTH
def test_who_is_silent_about_tcp_still_forwards_it(family, ask):
    """Hop 2 reports expired echoes, but not expired SYNs; the host drops them."""
    truth = Truth(("filtered",), "dropped", ("drop",), ("unknown",))
    for ports in ((HIDDEN,), (HIDDEN, PLAIN)):
        port = ask(family, *ports, trace="true")[HIDDEN]
        assert not untrue(port, truth)
        assert port["confidence"] != "certain"


@TRACED
@BOTH
def test_a_shortened_ttl_is_no_loop(family, trace, ask):
    port = ask(family, 80, place=SHORTENED, trace=trace)[80]
    truth = Truth(("filtered",), "ttl-shortened", ("unreachable",), ("path",), (3,),
                  never=("routing-loop",))  # fmt: skip
    assert not untrue(port, truth)
    assert port["confidence"] != "certain" and "loop" not in port["summary"]
    if trace == "true":
        assert port["path"]["last_hop"]["hop"] <= 3


@BOTH
def test_the_state_is_the_same_in_a_crowd(family, service, network):
    """Alone, with others, with a trace, and twelve at once."""
    address = network.address(family, "target")
    wanted = {EPHEMERAL: "open", UNMARKED: "open", PLAIN: "open", OTHERS: "open",
              2201: "closed", 81: "closed", REJECTED: "closed", DROPPED: "filtered"}  # fmt: skip
    numbers = list(wanted)
    asked = [[number] for number in numbers]
    asked += [numbers[n : n + 3] for n in range(4)]

    def ask(index):
        trace = "true" if index % 2 else "false"
        return ports_of(service.check(address, *asked[index], trace=trace))

    for ports in ask_all(ask, range(len(asked)), 12).values():
        for number, port in ports.items():
            assert port["state"] == wanted[number], port["evidence"]
            assert port["disposition"] != "drop" or number == DROPPED


@pytest.fixture(scope="module")
def mimic():
    """Hop 1 reports expired TTLs in the name of the destination."""
    with PathNetwork(listen={"target": (PLAIN,)}) as net:
        net.start_stack("r1", "mimic", "in_the_targets_name")
        net.nft("r1", """
table <ip> mimic {
  chain early { type filter hook prerouting priority -160;
    iifname "left" <ip> <ttl> 1 meta mark set 7 <ip> <ttl> set 2
  }
}
""")  # fmt: skip
        for family in (4, 6):
            net.ip("r1", family, "rule add fwmark 7 table 77")
            net.ip("r1", family, "route add default dev mimic table 77")
        policy = {"any-port": True, "allow": net.addressing.prefixes()}
        with Service(net, free_listen(), policy=policy) as checker:
            yield net, checker


@TRACED
@BOTH
def test_who_speaks_in_the_targets_name_makes_no_nat(family, trace, mimic):
    network, service = mimic
    answer = ports_of(service.check(network.address(family, "target"), 81, DROPPED, REJECTED,
                                    trace=trace))  # fmt: skip
    hops = (HOPS["target"],)
    truths = {
        81: Truth(("closed",), "host-refuses", ("refuse",), ("host",), hops),
        DROPPED: Truth(("filtered",), "dropped", ("drop",), ("unknown",)),
        REJECTED: Truth(("closed",), "netfilter-on-host", ("reject",), ("host-firewall",), hops),
    }
    for number, truth in truths.items():
        assert not untrue(answer[number], truth)


def test_a_dead_gateway_says_nothing_of_the_target():
    with PathNetwork(listen={"target": (PLAIN,)}) as network:
        policy = {"any-port": True, "allow": network.addressing.prefixes()}
        with Service(network, free_listen(), policy=policy) as service:
            for family in (4, 6):
                network.ip("r1", family, "addr flush dev left")
                network.ip("prober", family, "neigh flush all")
            addresses = [network.address(f, p) for f in (4, 6) for p in ("target", "r2")]
            addresses += [network.host(family, 1) for family in (4, 6)]
            cases = [(address, trace) for address in addresses for trace in ("false", "true")]
            answers = ask_all(lambda c: service.check(c[0], PLAIN, 81, trace=c[1]), cases)
            for answer in answers.values():
                for port in ports_of(answer).values():
                    assert (port["state"], port["actor"]) == ("unknown", "local")
                    # of many at once the kernel keeps few while it looks for the gateway
                    assert port["reason"] in ("gateway-unreachable", "egress-blocked")
                    assert "own network" not in port["summary"]
            [port] = ports_of(service.check(addresses[0], PLAIN)).values()
            assert port["reason"] == "gateway-unreachable"
            # while a neighbour that is not there is told as one
            address = network.address(4, "neighbour-dead")
            [port] = ports_of(service.check(address, PLAIN)).values()
            assert port["reason"] == "local-arp-failure"

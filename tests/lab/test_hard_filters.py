# SPDX-License-Identifier: BSD-2-Clause
"""Filters and listeners that look like something else."""
import pathlib
import subprocess

import pytest

from hard_network import HardNetwork, Truth, ports_of, untrue
from scenarios import HOPS
from service import Service, free_listen

REFUSED, OPEN, CLOSED = 8300, 80, 81
HOP = (HOPS["target"],)


def checker(network, **policy):
    policy = {"any-port": True, "allow": network.addressing.prefixes()} | policy
    return Service(network, free_listen(), policy=policy)


def refuse_in_place(network, node, device, directory, *flags):
    source = pathlib.Path(__file__).with_name("refuse_in_place.c")
    program = directory / "refuse.o"
    subprocess.run(["clang", "-O2", "-g", "-target", "bpf", *flags, "-c", source, "-o", program],
                   check=True, timeout=60)  # fmt: skip
    network.ip(node, 4, f"link set dev {device} xdpgeneric obj {program} sec xdp")


@pytest.mark.parametrize("flags", ((), ("-DTTL=64",)), ids=("the SYN's TTL", "its own TTL"))
def test_a_filter_that_turns_the_syn_around(flags, tmp_path):
    """It reflects our DSCP as a host's TCP does, and our IP ID as none does."""
    truth = Truth(("closed",), "filter-in-place", ("reject",), ("host-firewall",), HOP, False)
    with HardNetwork(listen={"target": (OPEN,)}) as network, checker(network) as service:
        refuse_in_place(network, "target", "left", tmp_path, *flags)
        address = network.address(4, "target")
        for trace in ("false", "true"):
            for ports in ((REFUSED,), (OPEN, CLOSED, REFUSED)):
                answer = ports_of(service.check(address, *ports, trace=trace))
                assert not untrue(answer[REFUSED], truth)
                assert "ip-id-copied" in answer[REFUSED]["evidence"]
                for port in (OPEN, CLOSED):
                    if port in answer:
                        assert answer[port]["actor"] == "host"


def test_a_router_that_turns_the_syn_around(tmp_path):
    truth = Truth(("closed",), "device-in-place", ("reject",), ("path",), None, False)
    with HardNetwork(listen={"target": (OPEN,)}) as network, checker(network) as service:
        refuse_in_place(network, "r2", "left", tmp_path)
        for ports in ((REFUSED,), (OPEN, CLOSED, REFUSED)):
            answer = ports_of(service.check(network.address(4, "target"), *ports))
            assert not untrue(answer[REFUSED], truth)


@pytest.mark.parametrize("family", (4, 6))
def test_where_every_port_accepts(family):
    """The control port shows it."""
    rules = """
table <ip> every {
  chain nat { type nat hook prerouting priority -100; meta l4proto tcp redirect to :4444; }
}
"""
    with HardNetwork(listen={"target": (4444,)}) as network:
        network.nft("target", rules)
        with checker(network, **{"control-port": True}) as service:
            for ports in ((80, 443), (31337,), (80, 443, 8080)):
                answer = ports_of(service.check(network.address(family, "target"), *ports))
                for port in answer.values():
                    assert port["state"] == "open" and port["confidence"] != "certain"
                    assert "every-port-accepts" in port["evidence"]


@pytest.mark.parametrize("family", (4, 6))
def test_a_limit_on_connections_is_no_firewall_for_all(family):
    """ufw limit: the checker itself uses up what it allows to one source."""
    rules = """
table <ip> visits {
  set met { type <addr>; size 100; flags dynamic; timeout 1m; }
  chain input { type filter hook input priority 0;
    tcp dport 22 ct state new add @met { <ip> saddr limit rate over 6/minute burst 5 packets } reject
  }
}
"""
    with HardNetwork(listen={"target": (22,)}) as network, checker(network) as service:
        ip, addr = ("ip", "ipv4_addr") if family == 4 else ("ip6", "ipv6_addr")
        text = rules.replace("<ip>", ip).replace("<addr>", addr)
        network.run("target", "nft", "-f", "-", text=text)
        states = []
        for _ in range(8):
            [port] = ports_of(service.check(network.address(family, "target"), 22)).values()
            states.append(port["state"])
            if port["state"] != "open":
                assert port["confidence"] != "certain"
                assert "recently-open" in port["evidence"]
        assert states[0] == "open" and states[-1] != "open"


@pytest.mark.parametrize("family", (4, 6))
def test_a_trace_does_not_close_the_ports_beside(family):
    """The host drops a source that sent 15 SYNs within a minute."""
    rules = """
table <ip> scans {
  set met { type <addr>; size 100; flags dynamic; timeout 1m; }
  chain input { type filter hook input priority 0;
    tcp flags syn add @met { <ip> saddr limit rate over 1/minute burst 15 packets } drop
    tcp dport 8201 drop
  }
}
"""
    with HardNetwork(listen={"target": (80,)}) as network, checker(network) as service:
        ip, addr = ("ip", "ipv4_addr") if family == 4 else ("ip6", "ipv6_addr")
        text = rules.replace("<ip>", ip).replace("<addr>", addr)
        network.run("target", "nft", "-f", "-", text=text)
        address = network.address(family, "target")
        assert ports_of(service.check(address, 8201, trace="true"))[8201]["state"] == "filtered"
        assert ports_of(service.check(address, 80))[80]["state"] == "open"


@pytest.mark.parametrize("trace", ("false", "true"))
@pytest.mark.parametrize("family", (4, 6))
def test_a_router_that_calls_its_filter_unreachable(family, trace):
    """There is a way for the ping and for port 80: so there is one for the others."""
    kinds = {
        4: ("net-unreachable", "host-unreachable"),
        6: ("no-route", "addr-unreachable"),
    }[family]
    icmp = "icmp" if family == 4 else "icmpv6"
    rules = "".join(f"tcp dport {9000 + n} reject with {icmp} type {kind}\n"
                    for n, kind in enumerate(kinds))  # fmt: skip
    table = f"table {'ip' if family == 4 else 'ip6'} words {{ chain forward {{"
    table += f" type filter hook forward priority 0;\n{rules} }}\n}}\n"
    truth = Truth(("filtered",), "router-rejects", ("reject",), ("path",), (HOPS["r2"],), False)
    with HardNetwork(listen={"target": (OPEN,)}) as network, checker(network) as service:
        network.run("r2", "nft", "-f", "-", text=table)
        address = network.address(family, "target")
        for ports in ((9000,), (9001,), (9000, 9001, OPEN)):
            for number, port in ports_of(service.check(address, *ports, trace=trace)).items():
                if number != OPEN:
                    assert not untrue(port, truth)
                    assert port["actor"] == "path"


@pytest.mark.parametrize("family", (4, 6))
def test_a_router_that_passes_on_what_it_does_not_serve(family):
    """An exposed host: pings and most ports go to a machine behind, and 22 is the router's own."""
    icmp, echo = ("icmp", "echo-request") if family == 4 else ("icmpv6", "echo-request")
    ip = "ip" if family == 4 else "ip6"
    with HardNetwork(listen={"target": (22,)}, behaviour="like_linux") as network:
        behind = network.host(family, 9)
        table = f"""
table {ip} exposed {{
  chain nat {{ type nat hook prerouting priority -100;
    {ip} daddr {network.address(family, "target")} jump serve
  }}
  chain serve {{
    {icmp} type {echo} dnat to {behind}
    tcp dport 80 dnat to {behind}
  }}
}}
"""
        network.run("target", "nft", "-f", "-", text=table)
        itself = {
            22: Truth(("open",), "host-accepts", ("accept",), ("host",), HOP),
            CLOSED: Truth(("closed",), "host-refuses", ("refuse",), ("host",), HOP, False),
        }
        with checker(network) as service:
            for trace in ("false", "true"):
                for ports in ((22,), (CLOSED,), (22, CLOSED, 80)):
                    answer = ports_of(service.check(network.address(family, "target"), *ports, trace=trace))
                    for port, truth in itself.items():
                        if port in answer:
                            assert not untrue(answer[port], truth)
                    assert 80 not in answer or answer[80]["state"] == "open"

# SPDX-License-Identifier: BSD-2-Clause
"""Paths that are chosen by flow: what one flow meets, another may not."""
from collections import Counter

import pytest

import stacks
from hard_network import Diamond, HardNetwork, Truth, ports_of, untrue
from service import Service, ask_all, free_listen

CHECKS = 12
NO_WAY = "unreachable"


def checker(network):
    policy = {"any-port": True, "allow": network.addressing.prefixes()}
    return Service(network, free_listen(), policy=policy)


@pytest.mark.parametrize("ways", ("both", "there", "back"))
@pytest.mark.parametrize("far", (1, 2))
def test_paths_of_different_length_make_no_device(far, ways):
    """Nothing is certain of a proxy, a filter or a forwarding that does not exist."""
    kinds = {"linux": stacks.like_linux, "plain": stacks.like_freebsd}
    truths = {
        80: Truth(("open",), "host-accepts", ("accept",)),
        "linux": Truth(("closed",), "host-refuses", None),
        "plain": Truth(("closed",), "host-refuses-plainly", None),
    }
    with Diamond(far, ways) as network, checker(network) as service:
        cases = [(kind, family, ports, n) for kind in kinds for family in (4, 6)
                 for ports in ((80, 81), (81,), (80,)) for n in range(4)]  # fmt: skip

        def ask(case):
            kind, family, ports, _ = case
            address = network.host(family, stacks.number(kinds[kind]))
            return ports_of(service.check(address, *ports))

        wrong = Counter()
        for case, ports in ask_all(ask, cases, 4).items():
            for number, port in ports.items():
                assert not untrue(port, truths[80 if number == 80 else case[0]])
                wrong[port["actor"] in ("path", "behind-nat")] += 1
                if port["confidence"] == "certain":
                    assert (port["state"], port["actor"]) == ("open", "host")
    # four flows go one way, and the echo the other, in a sixteenth of all checks; the sum of 64
    # draws, of which a host's share theirs, rarely comes to a quarter
    assert wrong[True] <= sum(wrong.values()) // 4, "four flows agree by chance too often"


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("speaks", (True, False))
def test_a_member_without_a_route(speaks, family):
    """It says so or is silent; the other works: clients meet both."""
    kind = NO_WAY if speaks else "blackhole"
    with Diamond(1, "there", listen={"target": (80,)}) as network, checker(network) as service:
        prefix = network.addressing.at(family, 3, 0).rstrip("0") + ("0/24" if family == 4 else "/64")
        network.ip("far0", family, f"route replace {kind} {prefix}")
        address = network.address(family, "target")
        assert set(network.client(address, 80, 8)) & {"connected"}
        states = Counter()
        for n in range(CHECKS):
            trace = "true" if n % 3 == 0 else "false"
            [port] = ports_of(service.check(address, 80, trace=trace)).values()
            states[port["state"]] += 1
            assert port["state"] in ("open", "filtered")
            if port["state"] == "filtered":
                assert port["confidence"] != "certain"
                assert "group-member" in port["explanations"]
            else:
                assert "host-accepts" in port["explanations"]
        assert states["open"] >= CHECKS // 2, states


def test_a_balancer_in_front_of_two_stacks():
    """Half of the flows are refused; a closed verdict leaves room for that."""
    with HardNetwork() as network, checker(network) as service:
        for family in (4, 6):
            address = network.host(family, stacks.number(stacks.half_of_the_flows))
            answers = ask_all(lambda _: ports_of(service.check(address, 80, 81)), range(8), 4)
            for ports in answers.values():
                for port in ports.values():
                    assert port["state"] == "open" or "group-member" in port["explanations"]
                    assert port["state"] == "open" or port["confidence"] != "certain"

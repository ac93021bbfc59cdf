# SPDX-License-Identifier: BSD-2-Clause
"""A fleet with real probers, lines and a firewall; and scripts/fleet, as `make fleet` runs it."""
import signal
import subprocess
import time

import pytest

from fleet_network import FleetNetwork, missing
from network import run
from service import ROOT, free_listen, wait_until

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

SCRIPT = ROOT / "scripts" / "fleet"


@pytest.fixture(scope="module")
def fleet():
    with FleetNetwork(free_listen()) as fleet:
        yield fleet


def ask(fleet, *ports, **more):
    status, answer = fleet.service.check(fleet.target, *ports, **{"from": "all", **more})
    assert status == 200, answer
    return answer


def groups(comparison):
    return {group["state"]: group["places"] for group in comparison["groups"]}


def test_a_target_that_looks_at_the_source(fleet):
    web, ssh, http = ask(fleet, 443, 22, 80)["comparison"]
    assert groups(web) == {"open": ["fra", "iad", "syd"]} and web["because"] is None
    assert groups(ssh) == {"open": ["fra"], "filtered": ["iad", "syd"]}
    assert (ssh["because"], ssh["state"]) == ("source-filter", None)
    assert groups(http) == {"closed": ["fra", "iad"], "filtered": ["syd"]}
    assert http["because"] == "source-filter"


def test_a_trace_makes_it_likely(fleet):
    [ssh] = ask(fleet, 22, trace="true")["comparison"]
    assert (ssh["because"], ssh["confidence"]) == ("source-filter", "likely"), ssh


def test_packets_of_every_place(fleet):
    answer = ask(fleet, 443, packets="true")
    for place in answer["places"]:
        packets = place["addresses"][0]["ports"][0]["packets"]
        assert any(packet["direction"] == "received" for packet in packets), packets


def test_the_command_line(fleet):
    done = fleet.service.command("--from", "all", fleet.target, "22")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith(
        "22/tcp differs: filtered from iad, syd; open from fra"), done  # fmt: skip


def test_a_place_cut_off(fleet):
    fleet.cut("syd")
    began = time.monotonic()
    status, answer = fleet.service.check(fleet.target, 443, **{"from": "all"})
    assert status == 200 and time.monotonic() - began < 6.5
    by_name = {place["place"]: place["status"] for place in answer["places"]}
    assert by_name["fra"] == by_name["iad"] == "answered"
    assert by_name["syd"] in ("no-answer", "down")
    wait_until(lambda: fleet.states()["syd"] == "down", "syd is not down", 15)
    fleet.cut("syd", "up")
    wait_until(fleet.all_up, "syd does not come back", 30)
    assert {p["status"] for p in ask(fleet, 443)["places"]} == {"answered"}


def test_the_script_shows_it_and_leaves_nothing():
    process = subprocess.Popen([SCRIPT, "--listen", free_listen()], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)  # fmt: skip
    said = ""
    while "The files" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    assert "--from all" in said
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert f"pl-{process.pid}-" not in run("ip", "netns", "list")

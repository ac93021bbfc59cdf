# SPDX-License-Identifier: BSD-2-Clause
"""The systemd units: how much systemd thinks a broken daemon could still do."""
import csv
import ipaddress
import pathlib
import re
import subprocess

import pytest

UNITS = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "systemd"


@pytest.mark.parametrize("unit, most", [("portlight-prober", 2.3), ("portlightd", 1.6), ("portlight-inspector", 1.6)])
def test_exposure(unit, most):
    done = subprocess.run(
        ["systemd-analyze", "security", "--no-pager", "--offline=yes", UNITS / f"{unit}.service"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    [score] = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert float(score) <= most


def test_the_daemons_are_two_users():
    users = [re.findall(r"(?m)^User=(.*)$", (UNITS / f"{unit}.service").read_text())
             for unit in ("portlight-prober", "portlightd")]  # fmt: skip
    assert users == [["portlight-prober"], ["portlight"]]
    sysusers = (UNITS / "portlight.sysusers").read_text()
    assert all(re.search(rf"(?m)^u {user} ", sysusers) for [user] in users)


def test_the_prober_is_given_the_socket_of_the_default_configuration():
    socket = (UNITS / "portlight-prober.socket").read_text()
    assert "\nListenSequentialPacket=/run/portlight/prober.sock\n" in socket
    assert "\nSocketMode=0660\n" in socket and "\nSocketGroup=portlight\n" in socket
    for unit in ("portlight-prober", "portlightd"):
        service = (UNITS / f"{unit}.service").read_text()
        assert "\nType=notify\n" in service and "\nWatchdogSec=" in service
        assert "\nStartLimitIntervalSec=0\n" in service.split("[Service]")[0], "never gives up"
        assert "\nRestartPreventExitStatus=2 78\n" in service, "but for mistakes (test_config.py)"
        assert "\nExecReload=/bin/sh -c 'kill -HUP $MAINPID'\n" in service


@pytest.mark.parametrize("unit", ["portlight-prober", "portlightd", "portlight-inspector"])
def test_what_the_limits_counted_outlives_a_restart_and_a_stop(unit):
    """Where the daemon looks for it: next to the socket, under its own name."""
    service = (UNITS / f"{unit}.service").read_text()
    assert f"\nRuntimeDirectory=portlight/{unit}\n" in service
    assert "\nRuntimeDirectoryMode=0700\nRuntimeDirectoryPreserve=yes\n" in service


def test_what_a_place_counted_outlives_a_restart_and_a_stop():
    service = (UNITS / "portlight-fleet.service").read_text()
    assert "\nRuntimeDirectory=portlight/places portlight/portlight-fleet\n" in service
    assert "\nRuntimeDirectoryPreserve=yes\n" in service


def denied_by(unit):
    lines = re.findall(r"(?m)^IPAddressDeny=(.*)$", (UNITS / f"{unit}.service").read_text())
    return [ipaddress.ip_network(prefix) for line in lines for prefix in line.split() if prefix != "multicast"]


def test_the_inspectors_unit_denies_what_the_policy_denies():
    """Each vector of the boundary, but ISATAP, which is no prefix."""
    prefixes = denied_by("portlight-inspector")
    with open(UNITS.parents[1] / "tests/data/ip_boundary_vectors.csv", newline="") as file:
        rows = [row for row in csv.reader(line for line in file if not line.startswith("#"))][1:]
    wrong = []
    for text, verdict, *_ in rows:
        address = ipaddress.ip_address(text)
        isatap = address.version == 6 and address.packed[8:12] in (b"\0\0\x5e\xfe", b"\2\0\x5e\xfe")
        denied = any(address in prefix for prefix in prefixes)
        if denied != (verdict == "deny") and not isatap:
            wrong.append(text)
    assert len(rows) > 200 and wrong == []


def test_the_inspectors_unit_has_room_for_its_workers():
    service = (UNITS / "portlight-inspector.service").read_text()
    source = (UNITS.parents[1] / "common/config/config_keys.h").read_text()
    [most] = re.findall(r"INSPECTOR_WORKERS_MAX = (\d+)", source)
    [processes] = re.findall(r"(?m)^LimitNPROC=(\d+)$", service)
    assert int(processes) > int(most)
    assert "\nStartLimitIntervalSec=0\n" in service.split("[Service]")[0] and "\nRestart=always\n" in service
    assert "\nRestartPreventExitStatus=2 78\n" in service


def test_a_mistake_keeps_the_fleet_from_being_started_again():
    service = (UNITS / "portlight-fleet.service").read_text()
    assert "\nRestart=always\n" in service and "\nRestartPreventExitStatus=2 78\n" in service


def test_portlightd_reaches_no_network_inside():
    """Nobody in a private or local network, where services trust their neighbours; loopback is
    for the proxy and the resolver."""
    service = (UNITS / "portlightd.service").read_text()
    lines = re.findall(r"(?m)^IPAddressDeny=(.*)$", service)
    denied = [ipaddress.ip_network(prefix) for line in lines for prefix in line.split()
              if prefix != "multicast"]  # fmt: skip
    for inside in ("10.1.2.3", "172.31.0.2", "192.168.0.1", "169.254.169.254", "100.64.0.1",
                   "168.63.129.16", "0.0.0.0", "255.255.255.255", "fd00::1", "fe80::1"):  # fmt: skip
        address = ipaddress.ip_address(inside)
        assert any(address in prefix for prefix in denied), inside
    for outside in ("93.184.215.14", "9.9.9.9", "2606:4700:4700::1111", "127.0.0.53", "::1"):
        address = ipaddress.ip_address(outside)
        assert not any(address in prefix for prefix in denied), outside
    assert re.findall(r"(?m)^IPAddressAllow=(.*)$", service) == ["localhost"]
    done = subprocess.run(["systemd-analyze", "verify", UNITS / "portlightd.service"],
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert "IPAddress" not in done.stderr, done.stderr

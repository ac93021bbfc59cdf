# SPDX-License-Identifier: BSD-2-Clause
"""The Debian package under a systemd that runs: the units as they are, with all that they
take from the daemons.  The tests are one life, in this order."""
import itertools
import os
import re
import time

import pytest

from booted import Booted, cgroup_mount, wait_for
from conftest import run
from package import (ADMINS, CONFIGURATION, UNITS, fetch, is_it_there, later, state_of,
                     web_server)  # fmt: skip

OPEN = [(80, "open", "syn-ack", "host")]
SERVICES = [unit for unit in UNITS if unit.endswith(".service")]


@pytest.fixture(scope="module")
def booted(root):
    if cgroup_mount() is None:
        pytest.skip("this machine has no cgroups of version 2")
    with Booted(root) as system:
        yield system


@pytest.fixture(scope="module")
def installed(booted, deb):
    booted.run("apt-get", "-y", "install", booted.put(deb, "first.deb"))
    return booted


def states(system):
    return [system.status("systemctl", "is-active", unit)[1].strip() for unit in UNITS]


def main_pids(system):
    return [system.shows(unit, "MainPID") for unit in SERVICES]


def warnings(system):
    """What systemd complained of, and what the daemons complained of; to systemd their lines are all
    of one priority."""
    by_systemd = system.run("journalctl", "-q", "--no-pager", "-o", "cat", "-p", "warning",
                            *(f"--unit={unit}" for unit in UNITS))  # fmt: skip
    return by_systemd + "".join(
        line + "\n" for unit in SERVICES for line in said(system, unit).splitlines()
        if re.match(r"\S+\[\S+\]: (warning|error):", line)
    )


def said(system, unit):
    return system.run("journalctl", "-q", "--no-pager", "-o", "cat", f"--unit={unit}")


def test_installed_is_started(installed):
    assert states(installed) == ["active"] * 3
    assert [installed.shows(unit, "NRestarts") for unit in SERVICES] == ["0", "0"]
    assert warnings(installed) == ""


def test_they_are_shut_in(installed):
    for unit, pid in zip(SERVICES, main_pids(installed)):
        status = installed.file(f"/proc/{pid}/status").read_text()
        assert "\nSeccomp:\t2\n" in status and "\nNoNewPrivs:\t1\n" in status, unit
        assert "\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n" in status, unit


def test_whoever_broke_in_reaches_no_network_inside(installed):
    """From within portlightd's cgroup, as systemd's filter sees it: a private network and
    loopback."""
    ip = ("ip", "-n", installed.namespace)
    run(*ip, "link", "add", "inside", "type", "veth", "peer", "name", "beyond")
    run(*ip, "address", "add", "10.77.0.1/24", "dev", "inside")
    for end in ("inside", "beyond"):
        run(*ip, "link", "set", end, "up")

    def send(address, group):
        return installed.status(
            "bash", "-c", f"echo $$ >/sys/fs/cgroup/{group}/cgroup.procs && "
            f"echo x >/dev/udp/{address}/5353")[0]  # fmt: skip

    try:
        assert send("10.77.0.9", "") == 0, "others may"
        assert send("127.0.0.1", "system.slice/portlightd.service") == 0
        assert send("10.77.0.9", "system.slice/portlightd.service") != 0
    finally:
        run(*ip, "link", "delete", "inside")


def test_the_socket_is_for_the_group(installed):
    assert installed.run("stat", "-c", "%A %U %G", "/run/portlight", "/run/portlight/prober.sock") \
        == "drwxr-xr-x root root\nsrw-rw---- root portlight\n"  # fmt: skip


DROP_IN = "/run/systemd/system/portlight-prober.service.d/lab.conf"


def answer_of(system, *target):
    return system.status("/usr/bin/portlight", *target)[1]


def test_the_kernel_refuses_what_the_units_deny(installed):
    """Even if the policy of the prober should name it."""
    installed.file(CONFIGURATION).write_text(ADMINS)
    installed.run("systemctl", "restart", SERVICES[0])
    with web_server(installed):
        refused = answer_of(installed, "--json", "127.0.0.1", "80")
        assert "\"local-firewall\"" in refused, refused
        installed.file(DROP_IN).parent.mkdir(parents=True)
        installed.file(DROP_IN).write_text("[Service]\nIPAddressAllow=127.0.0.0/8\n")
        installed.run("systemctl", "daemon-reload")
        installed.run("systemctl", "restart", SERVICES[0])
        assert answer_of(installed, "127.0.0.1", "80").startswith("80/tcp open accept host ")


def test_reload_takes_the_admins_policy(installed):
    pids = main_pids(installed)
    installed.file(CONFIGURATION).write_text(ADMINS)
    installed.run("systemctl", "reload", *SERVICES)
    for unit in SERVICES:
        wait_for(f"{unit} did not read", lambda unit=unit: "allow (1)" in said(installed, unit), 5)
    with web_server(installed):
        assert is_it_there(installed, "80") == OPEN
        out = installed.run("/usr/bin/portlight", "127.0.0.1", "80")
        assert out.startswith("80/tcp open accept host ")
    assert main_pids(installed) == pids


def test_killed_comes_back(installed):
    pids = main_pids(installed)
    for unit in SERVICES:
        installed.run("systemctl", "kill", "--signal=KILL", unit)
    wait_for("not restarted", lambda: states(installed) == ["active"] * 3, 20)
    assert not set(pids) & set(main_pids(installed))
    wait_for("not ready", lambda: "connected" in said(installed, SERVICES[1]).split("listening")[-1])
    with web_server(installed):
        assert is_it_there(installed, "80") == OPEN


def limits_left(system):
    """What is left of the quota of whoever asks from here."""
    return fetch(system, "/api/v1/limits")["client"]["remaining"]


def test_limits_outlive_kills_and_stops(installed):
    files, networks = {}, itertools.count(1)
    for unit in SERVICES:
        user = installed.shows(unit, "User")
        directory = f"/run/portlight/{unit.removesuffix('.service')}"
        assert installed.run("stat", "-c", "%a %U", directory, f"{directory}/limits") == \
            f"700 {user}\n600 {user}\n"  # fmt: skip
        files[unit] = installed.file(f"{directory}/limits").stat().st_ino
    for end in (("kill", "--signal=KILL"), ("restart",), ("stop",)):
        while (left := limits_left(installed)) > 50:
            host = f"127.0.{next(networks)}.1"  # one client has a third of a target's quota
            fetch(installed, f"/api/v1/check?host={host}&ports=80,443,22")
        began, pids = time.monotonic(), main_pids(installed)
        installed.run("systemctl", *end, *SERVICES)
        if end == ("stop",):
            installed.run("systemctl", "start", *SERVICES)
        wait_for("not restarted", lambda pids=pids: states(installed) == ["active"] * 3
                 and not set(pids) & set(main_pids(installed)), 20)  # fmt: skip
        for unit in SERVICES:
            assert "go on as they were left" in said(installed, unit).split("]: kept in")[-1]
        assert limits_left(installed) <= left + 1 + time.monotonic() - began
    for unit, inode in files.items():
        path = f"/run/portlight/{unit.removesuffix('.service')}/limits"
        assert installed.file(path).stat().st_ino == inode


def test_a_mistake_is_told_once_and_no_restart_mends_it(installed):
    installed.file(CONFIGURATION).write_text("policy { max-ports = 9 }\n")
    before = {unit: said(installed, unit).count("policy.max-ports") for unit in SERVICES}
    for unit in reversed(SERVICES):  # a portlightd that runs would ask for the prober once a second
        assert installed.status("systemctl", "restart", unit)[0] != 0
    wait_for("goes on", lambda: [installed.shows(unit, "ActiveState") for unit in SERVICES]
             == ["failed"] * 2)  # fmt: skip
    assert [installed.shows(unit, "ExecMainStatus") for unit in SERVICES] == ["78"] * 2
    # whoever asks for the prober starts it once
    assert installed.status("/usr/bin/portlight", "-c", "/dev/null", "93.184.215.14", "80")[0] == 5
    wait_for("goes on", lambda: installed.shows(SERVICES[0], "ActiveState") == "failed")
    for unit in SERVICES:
        assert said(installed, unit).count("policy.max-ports") - before[unit] <= 2
    installed.file(CONFIGURATION).write_text(ADMINS)
    installed.run("systemctl", "start", *SERVICES)
    wait_for("not started", lambda: states(installed) == ["active"] * 3, 20)


def test_upgrade_restarts(installed, deb, tmp_path):
    pids = main_pids(installed)
    newer, version = later(deb, tmp_path, "+later1")
    installed.run("apt-get", "-y", "install", installed.put(newer, "second.deb"))
    assert state_of(installed) == ["ii", version]
    assert states(installed) == ["active"] * 3
    assert not set(pids) & set(main_pids(installed))
    wait_for("not ready", lambda: "connected" in said(installed, SERVICES[1]).split("listening")[-1])
    with web_server(installed):
        assert is_it_there(installed, "80") == OPEN


def test_upgrade_over_a_mistake_of_the_admin(installed, deb, tmp_path):
    """The package manager's work is done whatever stands in the file; the log says where."""
    installed.file(CONFIGURATION).write_text(ADMINS + "mistake {\n")
    newer, version = later(deb, tmp_path, "+later2")
    installed.run("apt-get", "-y", "install", installed.put(newer, "mistake.deb"))
    assert state_of(installed) == ["ii", version]
    wait_for("no complaint", lambda: f"{CONFIGURATION}:2:" in warnings(installed), 5)
    installed.file(CONFIGURATION).write_text(ADMINS)
    installed.run("systemctl", "reset-failed", *SERVICES)
    installed.run("systemctl", "restart", *SERVICES)
    assert states(installed) == ["active"] * 3


def test_remove_stops(installed):
    pids = main_pids(installed)
    installed.run("apt-get", "-y", "remove", "portlight")
    assert states(installed) == ["inactive"] * 3
    assert not any(installed.file(f"/proc/{pid}").exists() for pid in pids)
    assert not os.path.lexists(installed.file("/run/portlight"))


def test_installed_again_serves_as_before(installed, deb):
    installed.run("apt-get", "-y", "install", installed.put(deb, "third.deb"))
    assert states(installed) == ["active"] * 3
    assert installed.file(CONFIGURATION).read_text() == ADMINS


def test_purge_stops_and_forgets(installed):
    installed.run("apt-get", "-y", "purge", "portlight")
    assert state_of(installed) is None
    assert states(installed) == ["inactive"] * 3
    for user in ("portlight", "portlight-prober"):
        assert installed.status("id", user)[0] != 0
    assert not os.path.lexists(installed.file("/etc/portlight"))
    assert not os.path.lexists(installed.file("/run/portlight"))
    assert installed.run("systemctl", "list-units", "--all", "--plain", "--no-legend",
                         "portlight*") == ""  # fmt: skip


def test_installed_where_its_address_is_taken(installed, deb):
    with web_server(installed, 8080):
        installed.run("apt-get", "-y", "install", installed.put(deb, "fourth.deb"))
        assert state_of(installed)[0] == "ii"
        wait_for("no complaint", lambda: "127.0.0.1:8080: Address" in warnings(installed), 5)
        assert states(installed)[:2] == ["active"] * 2
    installed.run("systemctl", "reset-failed", "portlightd")
    installed.run("systemctl", "restart", "portlightd")
    assert states(installed) == ["active"] * 3

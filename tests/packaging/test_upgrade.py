# SPDX-License-Identifier: BSD-2-Clause
"""From the first package, with a configuration that the admin changed, to this one, under a
systemd that runs.  The tests are one life, in this order."""
import os
import pathlib
import subprocess

import pytest

from booted import Booted, cgroup_mount, wait_for
from conftest import BOOTSTRAP_TIMEOUT_S, TOP, Root, field, run
from package import ADMINS, CONFIGURATION, UNITS, is_it_there, later, state_of, web_server

FIRST = "bf36f9f"
KEPT = pathlib.Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "portlight/packages"
MORE = ("portlight-inspector.service", "portlight-inspector.socket", "portlight-networks.timer",
        "portlight-fleet.service")  # fmt: skip
OPEN = [(80, "open", "syn-ack", "host")]


@pytest.fixture(scope="module")
def first():
    """The first package; of a history that was cut off before it, there is none."""
    known = subprocess.run(("git", "-C", str(TOP), "cat-file", "-e", FIRST), check=False,
                           capture_output=True)  # fmt: skip
    if known.returncode != 0:
        pytest.skip(f"this clone has no {FIRST}")
    return run(str(TOP / "scripts/deb-of"), FIRST, str(KEPT), timeout_s=BOOTSTRAP_TIMEOUT_S).strip()


@pytest.fixture(scope="module")
def system(first, deb):
    if os.getuid() != 0 or cgroup_mount() is None:
        pytest.skip("needs root, and cgroups of version 2")
    with Root() as root:
        root.unpack(field(deb, "Depends"))
        with Booted(root) as booted:
            yield booted


def answers(system):
    wait_for("not ready", lambda: "connected" in system.run(
        "journalctl", "-q", "-o", "cat", "--unit=portlightd").split("listening")[-1])  # fmt: skip
    with web_server(system):
        return is_it_there(system, "80")


def test_the_first(system, first):
    system.run("apt-get", "-y", "install", system.put(first, "first.deb"))
    system.file(CONFIGURATION).write_text(ADMINS)
    system.run("systemctl", "restart", *UNITS)
    assert answers(system) == OPEN


def test_upgrade_keeps_what_the_admin_wrote(system, first, deb, tmp_path):
    version = field(deb, "Version")
    if version == field(first, "Version"):
        deb, version = later(deb, tmp_path, "+later")
    pids = [system.shows(unit, "MainPID") for unit in UNITS]
    # the defaults changed, too: apt asks, and without anybody to answer it keeps
    system.run("apt-get", "-y", "-o", "Dpkg::Options::=--force-confdef", "-o",
               "Dpkg::Options::=--force-confold", "install", system.put(deb, "newer.deb"))  # fmt: skip
    assert state_of(system) == ["ii", version]
    assert system.file(CONFIGURATION).read_text() == ADMINS
    assert "inspector" in system.file(CONFIGURATION + ".dpkg-dist").read_text()
    assert [system.status("systemctl", "is-active", unit)[1] for unit in UNITS] == ["active\n"] * 3
    assert pids != [system.shows(unit, "MainPID") for unit in UNITS]
    # the units deny what they did not before: CHANGELOG.md says what to do
    assert answers(system) == [(80, "unknown", "local-firewall", "local")]
    drop_in = system.file("/etc/systemd/system/portlight-prober.service.d/lab.conf")
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nIPAddressAllow=127.0.0.0/8\n")
    system.run("systemctl", "daemon-reload")
    system.run("systemctl", "restart", *UNITS)
    assert answers(system) == OPEN


def test_what_is_new_is_there_and_off(system):
    for unit in MORE:
        assert system.status("systemctl", "is-enabled", unit)[1] == "disabled\n", unit
        assert system.status("systemctl", "is-active", unit)[1] == "inactive\n", unit
    for user in ("portlight-inspector", "portlight-networks", "portlight-fleet"):
        assert system.status("id", user)[0] == 0, user

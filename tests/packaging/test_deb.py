# SPDX-License-Identifier: BSD-2-Clause
"""The Debian package from installation to purge, in a throw-away root.  The tests are one
life, in this order."""
import contextlib
import hashlib
import json
import os
import pathlib
import re
import socket
import stat
import subprocess

import pytest

from booted import wait_for
from conftest import CLEAN, field, run
from package import (ADMINS, CONFIGURATION, PLUGIN, PROGRAMS, UNITS, is_it_there, later, state_of,
                     web_server)  # fmt: skip
from units import Daemon, listen

INSTALLED = [
    *PROGRAMS, PLUGIN, CONFIGURATION, *(f"/lib/systemd/system/{unit}" for unit in UNITS),
    "/usr/lib/sysusers.d/portlight.conf", "/usr/lib/tmpfiles.d/portlight.conf",
    "/usr/share/man/man1/portlight.1.gz", "/usr/share/man/man5/portlight.conf.5.gz",
    "/usr/share/man/man8/check_portlight.8.gz", "/usr/share/man/man8/portlightd.8.gz", "/usr/share/man/man8/portlight-prober.8.gz",
    "/usr/sbin/portlight-networks", "/usr/sbin/portlight-networks-update",
    "/usr/share/man/man8/portlight-networks.8.gz", "/usr/share/man/man8/portlight-inspector.8.gz",
    "/usr/share/doc/portlight/containers.md.gz",
    "/usr/share/man/man8/portlight-fleet.8.gz", "/lib/systemd/system/portlight-fleet.service",
    "/usr/share/doc/portlight/fleet.md.gz", "/usr/share/doc/portlight/nats-server.d-portlight.conf",
    "/usr/share/bash-completion/completions/portlight",
    "/usr/share/zsh/vendor-completions/_portlight",
    "/usr/share/fish/vendor_completions.d/portlight.fish",
    "/usr/share/doc/portlight/README.md.gz", "/usr/share/doc/portlight/README.Debian",
    "/usr/share/doc/portlight/CHANGELOG.md.gz", "/usr/share/doc/portlight/changelog.gz",
    "/usr/share/doc/portlight/copyright", "/usr/share/doc/portlight/recipes.md.gz",
    *(f"/usr/share/doc/portlight/examples/{name}" for name in ("prometheus.yml", "portlight-rules.yml", "nagios.cfg", "icinga2.conf")), "/usr/share/doc/portlight/operating.md.gz",
]  # fmt: skip
WANTED = ["multi-user.target.wants/portlightd.service",
          "multi-user.target.wants/portlight-prober.service",
          "sockets.target.wants/portlight-prober.socket"]  # fmt: skip
# what dpkg, apt and the password tools note down about any package
BOOKKEEPING = re.compile(
    r"/(proc|dev|sys|tmp|var/log|var/cache|var/lib/apt|var/lib/dpkg)(/|$)"
    r"|/run/systemd(/|$)|/[^/]*\.deb$"
    r"|/etc/(passwd|group|shadow|gshadow|subuid|subgid)-$|/etc/\.pwd\.lock$"
)
ACCOUNTS = ["passwd", "group", "shadow", "gshadow"]

def files_of(root):
    """{path: what it is} of all that is not bookkeeping."""
    found = {}
    for folder, folders, names in os.walk(root.path):
        for name in folders + names:
            path = pathlib.Path(folder, name)
            inside = "/" + str(path.relative_to(root.path))
            if BOOKKEEPING.match(inside):
                continue
            status = path.lstat()
            if path.is_symlink():
                what = os.readlink(path)
            elif path.is_file() and inside.startswith("/etc/"):
                what = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                what = ""
            found[inside] = (status.st_mode, status.st_uid, status.st_gid, what)
    return found


def accounts(root):
    return {name: sorted(root.file(f"/etc/{name}").read_text().split()) for name in ACCOUNTS}


def user_id(root, user):
    return int(root.run("id", "-u", user))


@pytest.fixture(scope="module")
def before(root):
    """What there was before the package."""
    return files_of(root), accounts(root)


@pytest.fixture(scope="module")
def installed(root, deb, before):
    assert state_of(root) is None
    root.run("apt-get", "-y", "install", root.put(deb, "first.deb"))
    return root


def test_installed(installed, deb):
    assert state_of(installed) == ["ii", field(deb, "Version")]
    for program in [*PROGRAMS, PLUGIN]:
        version = installed.run(program, "--version")
        assert version == f"{program.split('/')[-1]} {field(deb, 'Version')}\n"


def test_users(installed):
    lines = [installed.run("getent", "passwd", user).strip().split(":")
             for user in ("portlight", "portlight-prober")]  # fmt: skip
    group = installed.run("getent", "group", "portlight").strip().split(":")
    for name, _, uid, gid, _, home, shell in lines:
        assert 0 < int(uid) < 1000 and gid == group[2], name
        assert home == "/" and shell.endswith("/nologin"), name
        assert re.search(rf"(?m)^{name}:[!*]", installed.file("/etc/shadow").read_text())
    assert lines[0][2] != lines[1][2]
    assert group[3] == ""


def test_files_and_modes(installed):
    listed = installed.run("dpkg", "-L", "portlight").split("\n")
    assert set(INSTALLED) <= set(listed)
    for name in filter(None, listed):
        path = installed.file(name)
        status = path.lstat()
        assert (status.st_uid, status.st_gid) == (0, 0), name
        if path.is_symlink():
            assert (path.parent / os.readlink(path)).exists(), name
            continue
        mode = 0o755 if path.is_dir() or "bin/" in name or name == PLUGIN else 0o644
        assert stat.S_IMODE(status.st_mode) == mode, name
        assert "security.capability" not in os.listxattr(path), name
    conffiles = installed.run("dpkg-query", "-W", "-f", "${Conffiles}", "portlight").split()
    assert conffiles[::2] == [CONFIGURATION]


def test_socket_directory(installed):
    status = installed.file("/run/portlight").stat()
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o755, 0, 0)


def test_units_are_right_and_enabled(installed):
    for link in WANTED:
        path = installed.file(f"/etc/systemd/system/{link}")
        assert os.readlink(path) == f"/lib/systemd/system/{path.name}"
    status, out, errors = installed.status(
        "systemd-analyze", "verify", "--man=no", *(f"/lib/systemd/system/{unit}" for unit in UNITS)
    )
    assert (status, out + errors) == (0, ""), errors


def test_configuration_is_all_comments_and_right(installed, before):
    for program in PROGRAMS[1:]:
        status, out, errors = installed.status(program, "--check-config")
        assert status == 0 and "ok" in out, errors
    assert CONFIGURATION not in before[0]


@pytest.fixture
def running(installed, tmp_path):
    """Both daemons as their units have them, on the admin's configuration, and a
    listener on port 80 of the namespace's loopback."""
    installed.file(CONFIGURATION).write_text(ADMINS)
    with contextlib.ExitStack() as stack:
        stack.enter_context(web_server(installed))
        listener = stack.enter_context(listen(installed, "portlight-prober.socket"))
        prober = stack.enter_context(
            Daemon(installed, UNITS[0], tmp_path / "prober", "ready on", listener)
        )
        frontend = stack.enter_context(
            Daemon(installed, UNITS[2], tmp_path / "frontend", "listening on")
        )
        yield prober, frontend
    assert (prober.stopped, frontend.stopped) == (0, 0)


def test_no_way_out(installed):
    assert run("ip", "-n", installed.namespace, "route", "show", "table", "all").split() != []
    assert run("ip", "-n", installed.namespace, "route", "show") == ""
    links = json.loads(run("ip", "-n", installed.namespace, "-j", "link"))
    assert [link["ifname"] for link in links if "UP" in link["flags"]] == ["lo"]


def test_daemons_are_who_they_should_be(installed, running):
    for daemon, user in zip(running, ("portlight-prober", "portlight")):
        status = daemon.kernel_status()
        uid = str(user_id(installed, user))
        assert status["Uid"].split() == [uid] * 4
        assert {status[f"Cap{which}"] for which in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        assert "instead" not in daemon.text and "without" not in daemon.text, daemon.text


def test_check_over_http(installed, running):
    assert is_it_there(installed, "80,443") == [
        (80, "open", "syn-ack", "host"), (443, "closed", "reset", "host"),
    ]  # fmt: skip


def test_check_on_the_command_line(installed, running):
    status, out, errors = installed.status("/usr/bin/portlight", "127.0.0.1", "80")
    assert (status, errors) == (0, "") and out.startswith("80/tcp open accept host "), out
    assert installed.status("/usr/bin/portlight", "127.0.0.1", "443")[0] == 1
    assert installed.status("/usr/bin/portlight", "127.0.0.1", "81")[0] == 4


def test_who_may_ask(installed, running):
    def ask(*groups):
        return installed.status("setpriv", "--reuid=nobody", "--regid=nogroup", *groups,
                                "/usr/bin/portlight", "127.0.0.1", "80")[0]  # fmt: skip

    assert ask("--groups=portlight") == 0
    assert ask("--clear-groups") == 5


def test_upgrade_keeps_what_the_admin_wrote(installed, deb, tmp_path):
    uids = [user_id(installed, user) for user in ("portlight", "portlight-prober")]
    newer, version = later(deb, tmp_path, "+later1")
    installed.file(CONFIGURATION).write_text(ADMINS)
    installed.run("apt-get", "-y", "install", installed.put(newer, "second.deb"))
    assert state_of(installed) == ["ii", version]
    assert installed.file(CONFIGURATION).read_text() == ADMINS
    assert uids == [user_id(installed, user) for user in ("portlight", "portlight-prober")]
    assert os.listdir(installed.file("/etc/portlight")) == ["portlight.conf"]


def test_upgrade_to_other_defaults(installed, deb, tmp_path):
    newer, version = later(deb, tmp_path, "+later2", "# other\n")
    installed.run("apt-get", "-y", "-o", "Dpkg::Options::=--force-confold", "install",
                  installed.put(newer, "third.deb"))  # fmt: skip
    assert state_of(installed) == ["ii", version]
    assert installed.file(CONFIGURATION).read_text() == ADMINS
    assert installed.file(CONFIGURATION + ".dpkg-dist").read_text() == "# other\n"


def test_what_is_disabled_stays_so(installed, deb, tmp_path):
    installed.run("systemctl", "disable", "portlightd.service")
    newer, _ = later(deb, tmp_path, "+later3", "# other\n")
    installed.run("apt-get", "-y", "install", installed.put(newer, "fourth.deb"))
    assert not os.path.lexists(installed.file(f"/etc/systemd/system/{WANTED[0]}"))
    assert os.path.lexists(installed.file(f"/etc/systemd/system/{WANTED[1]}"))


def test_remove(installed):
    # as systemd would have left it
    socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).bind(
        str(installed.file("/run/portlight/prober.sock")) + "x"
    )
    os.rename(installed.file("/run/portlight/prober.sockx"),
              installed.file("/run/portlight/prober.sock"))  # fmt: skip
    installed.run("apt-get", "-y", "remove", "portlight")
    assert state_of(installed)[0] == "rc"
    assert installed.file(CONFIGURATION).read_text() == ADMINS
    for path in [*INSTALLED, "/run/portlight"]:
        assert path == CONFIGURATION or not os.path.lexists(installed.file(path)), path
    assert user_id(installed, "portlight") > 0


def test_purge_leaves_nothing(installed, before):
    installed.run("apt-get", "-y", "purge", "portlight")
    assert state_of(installed) is None
    assert accounts(installed) == before[1]
    after = files_of(installed)
    assert {path for path in after if path not in before[0]} == set()
    assert {path for path in before[0] if path not in after} == set()
    changed = {path for path, what in after.items() if what != before[0][path]}
    # written anew with the same lines, see above
    assert changed <= {f"/etc/{name}" for name in ACCOUNTS}


def test_purge_while_a_user_is_in_use(installed, deb):
    installed.run("apt-get", "-y", "install", installed.put(deb, "fifth.deb"))
    sleeping = installed.inside("setpriv", "--reuid=portlight", "--regid=portlight",
                                "--clear-groups", "sleep", "60")  # fmt: skip
    with subprocess.Popen(sleeping, stdin=subprocess.DEVNULL, env=CLEAN) as sleeper:
        try:
            status = pathlib.Path(f"/proc/{sleeper.pid}/status")
            uid = str(user_id(installed, "portlight"))
            wait_for("not that user", lambda: f"\nUid:\t{uid}\t" in status.read_text())
            installed.run("apt-get", "-y", "purge", "portlight")
        finally:
            sleeper.kill()
    assert state_of(installed) is None
    assert user_id(installed, "portlight") == int(uid)
    assert installed.status("id", "portlight-prober")[0] != 0

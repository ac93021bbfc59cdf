# SPDX-License-Identifier: BSD-2-Clause
"""`make install`: what lies where, for a package (PREFIX=/usr) and beside one (/usr/local)."""
import os
import pathlib
import re
import stat

import pytest

from conftest import TOP, run

FILES = {
    "lib/nagios/plugins/check_portlight", "share/man/man8/check_portlight.8",
    "bin/portlight", "sbin/portlightd", "sbin/portlight-prober", "sbin/portlight-inspector",
    "sbin/portlight-fleet", "lib/systemd/system/portlight-fleet.service",
    "share/man/man8/portlight-fleet.8",
    "sbin/portlight-networks", "sbin/portlight-networks-update",
    "lib/systemd/system/portlight-networks.service", "lib/systemd/system/portlight-networks.timer",
    "share/man/man8/portlight-networks.8", "share/man/man8/portlight-networks-update.8",
    "lib/systemd/system/portlightd.service", "lib/systemd/system/portlight-prober.service",
    "lib/systemd/system/portlight-prober.socket", "lib/systemd/system/portlight-inspector.socket",
    "lib/systemd/system/portlight-inspector.service", "share/man/man8/portlight-inspector.8",
    "lib/sysusers.d/portlight.conf",
    "lib/tmpfiles.d/portlight.conf", "share/man/man1/portlight.1",
    "share/man/man5/portlight.conf.5", "share/man/man8/portlightd.8",
    "share/man/man8/portlight-prober.8", "share/bash-completion/completions/portlight",
    "share/fish/vendor_completions.d/portlight.fish",
}  # fmt: skip
CONFIGURATION = "etc/portlight/portlight.conf"
ZSH = {"/usr": "vendor-completions", "/usr/local": "site-functions"}


@pytest.fixture(scope="module", params=sorted(ZSH))
def installed(request, tmp_path_factory):
    """The prefix, and the directory it was installed into under a strict umask."""
    root = tmp_path_factory.mktemp("destination")
    make_install(root, request.param)
    return request.param, root


def make_install(root, prefix):
    run("sh", "-c", 'umask 077; exec make -s install "$@"', "sh", f"DESTDIR={root}",
        f"PREFIX={prefix}", cwd=TOP)  # fmt: skip


def test_files_and_modes(installed):
    prefix, root = installed
    expected = {f"{prefix[1:]}/{name}" for name in FILES}
    expected |= {CONFIGURATION, f"{prefix[1:]}/share/zsh/{ZSH[prefix]}/_portlight"}
    found = set()
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            path = pathlib.Path(folder, name)
            inside = str(path.relative_to(root))
            right = 0o755 if path.is_dir() or "bin/" in inside or "/plugins/" in inside else 0o644
            assert stat.S_IMODE(path.stat().st_mode) == right, inside
            if not path.is_dir():
                found.add(inside)
    assert found == expected


def test_units_start_what_was_installed(installed):
    prefix, root = installed
    for unit in ("portlightd", "portlight-prober"):
        text = (root / prefix[1:] / f"lib/systemd/system/{unit}.service").read_text()
        [command] = re.findall(r"(?m)^ExecStart=(.*)$", text)
        assert command == f"{prefix}/sbin/{unit}"
        assert os.access(root / command[1:], os.X_OK)


def test_a_configuration_that_is_there_stays(installed):
    prefix, root = installed
    (root / CONFIGURATION).write_text("# mine\n")
    (root / CONFIGURATION).chmod(0o640)
    make_install(root, prefix)
    assert (root / CONFIGURATION).read_text() == "# mine\n"
    assert stat.S_IMODE((root / CONFIGURATION).stat().st_mode) == 0o640

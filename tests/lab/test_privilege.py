# SPDX-License-Identifier: BSD-2-Clause
"""What the daemons may still do once they serve: nothing beyond their sockets."""
import os
import pathlib
import subprocess

import pytest

from service import BUILD, Service, free_listen, wait_until

NO_CAPABILITY = "0000000000000000"
CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
NOBODY = 65534
RESERVED_UIDS = range(61184, 65520)  # where the defaults' users do not exist


def status(process):
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return {name: value.split() for name, value in (line.split(":", 1) for line in lines)}


@pytest.fixture(scope="module", params=["prober", "frontend"])
def daemon(request, service):
    return status(getattr(service, request.param))


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_no_capability_in_any_set(name, daemon):
    assert daemon[name] == [NO_CAPABILITY]


def test_no_new_privileges(daemon):
    assert daemon["NoNewPrivs"] == ["1"]


def test_no_root_in_any_identity(daemon):
    for identity in ("Uid", "Gid"):
        assert len(set(daemon[identity])) == 1
        assert daemon[identity][0] != "0"
    assert "0" not in daemon["Groups"]


def test_each_is_somebody_else(service):
    prober, frontend = status(service.prober), status(service.frontend)
    assert prober["Uid"] != frontend["Uid"]


def test_unnamed_users_are_told(service):
    """A checkout has no users of its own: reserved numbers serve, and the log says so."""
    for name in ("prober", "frontend"):
        uid = status(getattr(service, name))["Uid"][0]
        if int(uid) in RESERVED_UIDS:
            assert uid in service.log(name)


def test_the_prober_has_nothing_of_the_disk_open_but_its_configurations_directory(service):
    descriptors = pathlib.Path(f"/proc/{service.prober.pid}/fd")
    opened = {str(link.readlink()) for link in descriptors.iterdir() if link.name not in "012"}
    paths = {name for name in opened if name.startswith("/") and name != "/dev/null"}
    assert paths == {str(service.directory)}


def start_without(service, *setpriv):
    """The prober in its namespace under setpriv(1), to its end."""
    namespace = service.network.namespace("prober")
    return subprocess.run(
        ["ip", "netns", "exec", namespace, "setpriv", *setpriv,
         BUILD / "portlight-prober", "-c", service.config],
        capture_output=True, text=True, timeout=10, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "setpriv",
    [
        (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        ("--bounding-set=-net_raw",),
        ("--bounding-set=-all",),
    ],
    ids=["nobody", "root without net_raw", "root without any"],
)
def test_without_net_raw_it_says_so_in_one_line(setpriv, service):
    done = start_without(service, *setpriv)
    assert done.returncode not in (0, -6, -11)
    [line] = [line for line in done.stderr.splitlines() if "error" in line]
    assert "CAP_NET_RAW" in line
    assert "ready" not in done.stderr


def test_net_raw_without_root_is_enough(network, service):
    """As systemd starts it: its own user with two ambient capabilities."""
    group = service.socket.stat().st_gid
    both = "-all,+net_raw,+setpcap"
    with Service(network, listen=free_listen(), start=False) as other:
        other.socket.parent.mkdir()
        os.chown(other.socket.parent, NOBODY, group)
        other.start_prober(
            "setpriv", f"--reuid={NOBODY}", f"--regid={group}", "--clear-groups",
            f"--bounding-set={both}", f"--inh-caps={both}", f"--ambient-caps={both}",
        )  # fmt: skip
        other.start_frontend()
        now = status(other.prober)
        assert {now[name][0] for name in CAPABILITY_SETS} == {NO_CAPABILITY}
        assert now["Uid"][0] == str(NOBODY)
        wait_until(other.is_ready, "the frontend may connect")
        _, answer = other.check(network.address(4, "target"), 443)
        assert answer["addresses"][0]["ports"][0]["state"] == "open"


def is_dumpable(process):
    """Else its files in /proc are root's (proc(5)), and nobody of its user may trace it."""
    return os.stat(f"/proc/{process.pid}/mem").st_uid != 0


def test_no_dump_and_no_tracer(network):
    """Also when started as its own user, as systemd does: root's change of user would hide it."""
    with Service(network, listen=free_listen(), start=False) as service:
        os.chmod(service.directory, 0o777)
        service.start_prober()
        frontend = network.popen(
            "prober", "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
            BUILD / "portlightd", "-c", service.config, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            wait_until(lambda: status(frontend)["Seccomp"] == ["2"], "it closes no sandbox")
            assert not is_dumpable(frontend)
            assert not is_dumpable(service.prober)
        finally:
            frontend.terminate()
            frontend.communicate(timeout=10)


def test_the_prober_has_a_system_call_filter(service):
    assert status(service.prober)["Seccomp"] == ["2"]

# SPDX-License-Identifier: BSD-2-Clause
"""Acts that the daemons' sandboxes must not let, each tried from inside one."""
import pathlib
import signal
import subprocess

import pytest

from service import ROOT

DAEMONS = {"prober": "prober/daemon", "frontend": "frontend/daemon"}
# the inspector has two: its parent's, and that of each child (tests/e2e/test_inspector.py runs
# them); portlight-fleet itself runs in test_fleet.py
SANDBOXES = {**DAEMONS, "inspector": "inspector/daemon", "worker": "inspector/daemon",
             "fleet": "fleet/daemon"}  # fmt: skip
BESIDES = {"fleet": ["common/base/log.c", "common/net/endpoint.c", "common/net/addr.c"]}
FORBIDDEN_MIN, ALLOWED_MIN = 26, 9


@pytest.fixture(scope="module", params=SANDBOXES)
def outcomes(request, tmp_path_factory):
    """{act: how the process that tried it ended}."""
    program = tmp_path_factory.mktemp("sandbox") / "acts"
    source = pathlib.Path(__file__).with_name(f"acts_{request.param}.c")
    sources = [source, ROOT / SANDBOXES[request.param] / "sandbox.c", ROOT / "common/daemon/seccomp.c",
               ROOT / "common/daemon/landlock.c",
               *(ROOT / name for name in BESIDES.get(request.param, ()))]  # fmt: skip
    subprocess.run(
        ["gcc", "-D_GNU_SOURCE", "-I", ROOT, "-w", "-o", program, *sources, "-lseccomp"],
        check=True, timeout=120,
    )  # fmt: skip
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    return {
        name: subprocess.run([program, name], capture_output=True, timeout=20, check=False).returncode
        for name in names
    }


def test_each_forbidden_act_is_killed(outcomes):
    tried = {name: code for name, code in outcomes.items() if not name.startswith(("may_", "dies_"))}
    assert len(tried) >= FORBIDDEN_MIN
    assert {name: code for name, code in tried.items() if code != -signal.SIGSYS} == {}


def test_what_serving_takes_is_let(outcomes):
    allowed = {name: code for name, code in outcomes.items() if name.startswith("may_")}
    assert len(allowed) >= ALLOWED_MIN
    assert {name: code for name, code in allowed.items() if code != 0} == {}


def test_a_mistake_of_its_own_ends_it_as_it_does_elsewhere(outcomes):
    """By SIGABRT with glibc's last words: the filter's signal would tell of an attack."""
    dying = {name: code for name, code in outcomes.items() if name.startswith("dies_")}
    assert len(dying) == 4
    assert {name: code for name, code in dying.items() if code != -signal.SIGABRT} == {}


@pytest.mark.parametrize("name", DAEMONS)
def test_the_running_daemon_is_filtered(name, service):
    status = pathlib.Path(f"/proc/{getattr(service, name).pid}/status").read_text()
    assert "Seccomp:\t2\n" in status


def test_landlock_and_descriptors(service):
    """The frontend can't open a file; the prober has room for its descriptors only."""
    limits = pathlib.Path(f"/proc/{service.prober.pid}/limits").read_text()
    [files] = [line.split() for line in limits.splitlines() if line.startswith("Max open files")]
    assert files[3:5] == ["256", "256"]
    for name in ("prober", "frontend"):
        assert "Landlock" not in service.log(name), "this kernel has it"


@pytest.mark.parametrize("name", DAEMONS)
def test_no_debugger_and_no_core(name, service):
    """Of a process that is not dumpable, /proc/PID belongs to root, whoever it is."""
    pid = getattr(service, name).pid
    assert pathlib.Path(f"/proc/{pid}/environ").stat().st_uid == 0
    assert "Uid:\t0\t" not in pathlib.Path(f"/proc/{pid}/status").read_text()

# SPDX-License-Identifier: BSD-2-Clause
"""Acts that the prober's sandbox must not let, each tried from inside it."""
import pathlib
import signal
import subprocess

import pytest

from service import ROOT

SOURCE = pathlib.Path(__file__).with_name("forbidden.c")
FORBIDDEN_MIN = 40


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("sandbox") / "forbidden"
    subprocess.run(
        ["gcc", "-D_GNU_SOURCE", "-I", ROOT, "-w", "-o", path, SOURCE, ROOT / "prober/sandbox.c",
         "-lseccomp"], check=True, timeout=120,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def outcomes(program):
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    return {
        name: subprocess.run([program, name], capture_output=True, timeout=20, check=False).returncode
        for name in names
    }


def test_each_forbidden_act_is_killed(outcomes):
    tried = {name: code for name, code in outcomes.items() if not name.startswith("may_")}
    assert len(tried) >= FORBIDDEN_MIN
    assert {name: code for name, code in tried.items() if code != -signal.SIGSYS} == {}


def test_what_serving_takes_is_let(outcomes):
    allowed = {name: code for name, code in outcomes.items() if name.startswith("may_")}
    assert len(allowed) >= 8
    assert {name: code for name, code in allowed.items() if code != 0} == {}


def test_landlock_and_descriptors(service):
    """The frontend can't open a file; the prober has room for its descriptors only."""
    limits = pathlib.Path(f"/proc/{service.prober.pid}/limits").read_text()
    [files] = [line.split() for line in limits.splitlines() if line.startswith("Max open files")]
    assert files[3:5] == ["256", "256"]
    for name in ("prober", "frontend"):
        assert "Landlock" not in service.log(name), "this kernel has it"

# SPDX-License-Identifier: BSD-2-Clause
"""scripts/lab, as `make lab` runs it."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import pytest

from network import run
from service import ROOT, free_listen

LAB = ROOT / "scripts" / "lab"
CHECK_TIMEOUT_S = 60
NOBODY = 65534


def start(*arguments):
    argv = [LAB, "--listen", free_listen(), *arguments]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def namespaces_of(pid):
    return [line for line in run("ip", "netns", "list").splitlines() if f"pl-{pid}-" in line]


def test_check_finds_every_verdict_right():
    process = start("--check")
    said = process.communicate(timeout=CHECK_TIMEOUT_S)[0]
    assert process.returncode == 0, said
    assert namespaces_of(process.pid) == []


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
def test_it_removes_everything_on_exit(number):
    process = start()
    said = ""
    while "prober.sock" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    directory = pathlib.Path(re.search(r"(\S+)/portlight\.conf:", said + line).group(1))
    children = run("ps", "-o", "pid=", "--ppid", str(process.pid)).split()
    assert namespaces_of(process.pid) and directory.exists() and len(children) >= 4

    process.send_signal(number)
    process.communicate(timeout=20)
    assert namespaces_of(process.pid) == []
    assert not directory.exists()
    assert not [pid for pid in children if pathlib.Path(f"/proc/{pid}").exists()]


def test_it_says_that_it_needs_root():
    with tempfile.TemporaryDirectory(prefix="portlight-lab-") as copy:
        os.chmod(copy, 0o755)  # another user may not be able to read our checkout
        for part in ("scripts", "tests/lab"):
            shutil.copytree(ROOT / part, pathlib.Path(copy) / part)
        done = subprocess.run(
            [f"{copy}/scripts/lab"],
            user=NOBODY, capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr == "lab: needs root for network namespaces\n"

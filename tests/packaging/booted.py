# SPDX-License-Identifier: BSD-2-Clause
"""A root with a systemd of its own that runs."""
import os
import pathlib
import re
import signal
import subprocess
import time

from conftest import CLEAN, COMMAND_TIMEOUT_S, run

BOOT = pathlib.Path(__file__).with_name("boot.sh")
BOOT_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20


def wait_for(what, condition, timeout_s=BOOT_TIMEOUT_S):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def cgroup_mount():
    """Where this machine has its cgroups of version 2, None if nowhere."""
    mounts = pathlib.Path("/proc/self/mounts").read_text()
    found = re.search(r"(?m)^\S+ (\S+) cgroup2 ", mounts)
    return pathlib.Path(found[1]) if found else None


class Booted:
    """A context of the system in a Root, and commands in it."""

    def __init__(self, root):
        self.root, self.namespace = root, root.namespace
        self.cgroup = cgroup_mount() / root.path.name

    def __enter__(self):
        self.cgroup.mkdir()
        # first in the cgroup, then the new root of cgroups is this one
        join = f"echo $$ >{self.cgroup}/cgroup.procs && exec \"$@\""
        self.log = open(self.root.path.with_suffix(".log"), "w+", encoding="utf-8")
        os.unlink(self.log.name)
        self.process = subprocess.Popen(
            ("sh", "-c", join, "sh", "ip", "netns", "exec", self.namespace, "unshare", "--mount",
             "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--cgroup", "sh", str(BOOT),
             str(self.root.path)),
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=CLEAN,
            start_new_session=True,
        )  # fmt: skip
        try:
            wait_for("systemd does not start", self._find_first)
            wait_for("systemd is not up", lambda: self.status("systemctl", "is-system-running")[1]
                     in ("running\n", "degraded\n"))  # fmt: skip
        except BaseException:
            self.log.seek(0)
            print(self.log.read())
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._find_first():
            os.kill(self.first, signal.SIGKILL)  # takes its whole namespace along
        else:
            self.process.kill()
        self.process.wait(STOP_TIMEOUT_S)
        self.log.close()
        wait_for("processes are left", lambda: not any(
            path.read_text() for path in self.cgroup.rglob("cgroup.procs")))  # fmt: skip
        for folder, _, _ in os.walk(self.cgroup, topdown=False):
            os.rmdir(folder)

    def _find_first(self):
        """The first process of the system: the child of unshare."""
        path = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = path.read_text().split() if path.exists() else []
        self.first = int(children[0]) if children else None
        return self.first is not None and self.first > 0 and \
            pathlib.Path(f"/proc/{self.first}/comm").read_text() == "systemd\n"  # fmt: skip

    def inside(self, *command):
        return ("nsenter", "-t", str(self.first), "-m", "-p", "-n", "-u", "-i", "-C", "--root",
                "--wd", *command)  # fmt: skip

    def run(self, *command):
        return run(*self.inside(*command), env=CLEAN)

    def status(self, *command):
        done = subprocess.run(
            self.inside(*command), capture_output=True, text=True, check=False, env=CLEAN,
            timeout=COMMAND_TIMEOUT_S, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def file(self, path):
        """A path for what the system has at this one, /run and /proc too."""
        return pathlib.Path(f"/proc/{self.first}/root/{str(path).lstrip('/')}")

    def put(self, file, name):
        return self.root.put(file, name)

    def shows(self, unit, key):
        return self.run("systemctl", "show", "--property", key, "--value", unit).strip()

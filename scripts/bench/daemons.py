# SPDX-License-Identifier: BSD-2-Clause
"""Runs portlight's own programs under load and measures what they use."""
import json
import os
import pathlib
import tempfile
import time
from contextlib import ExitStack

import lab as places

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ.get("PORTLIGHT_BUILD", ROOT / "build"))
PORT = 8080
CONFIG = """
policy {{
  any-port = true
  allow = {{"198.18.0.0/15"}}
  echo = {echo}
}}
prober {{
  socket = "{directory}/run/prober.sock"
  max-rate = 0
}}
http {{
  listen = {{"127.0.0.1:{port}"}}
}}
limits {{
  client-quota = 0
  target-quota = 0
}}
"""


def cpu_seconds(process):
    """CPU time of all its threads, with nanosecond resolution."""
    tasks = pathlib.Path(f"/proc/{process.pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def resident_mb(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("no VmRSS")


def wakeups(process):
    """How often any of its threads woke up (voluntary context switches)."""
    count = 0
    for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                count += int(line.split()[1])
    return count


class Daemons:
    """A prober, perhaps with a frontend, with all limits off.  They stop with the context, because
    a running prober's capture would also slow the programs it is compared with."""

    def __init__(self, lab, echo=True, frontend=False):
        self._lab, self._echo, self._has_frontend = lab, echo, frontend

    def __enter__(self):
        self._stack = ExitStack()
        directory = self._stack.enter_context(
            tempfile.TemporaryDirectory(prefix="portlight-bench-"))
        os.chmod(directory, 0o755)
        directory = pathlib.Path(directory)
        self.socket = directory / "run" / "prober.sock"
        config = directory / "portlight.conf"
        config.write_text(
            CONFIG.format(directory=directory, port=PORT, echo=str(self._echo).lower()))
        log = self._stack.enter_context(open(directory / "log", "w", encoding="utf-8"))
        self.prober = self._start("portlight-prober", config, log)
        self._wait(self.socket.exists)
        if self._has_frontend:
            self.frontend = self._start("portlightd", config, log)
            self._wait(self._is_ready)
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _start(self, program, config, log):
        process = self._lab.popen("prober", BUILD / program, "-c", config, stderr=log)
        self._stack.callback(places.stop, process)
        return process

    @staticmethod
    def _wait(condition):
        for _ in range(500):
            if condition():
                time.sleep(0.2)
                return
            time.sleep(0.02)
        raise RuntimeError("a daemon does not start")

    def _is_ready(self):
        try:
            self._lab.run("prober", "curl", "-sf", f"http://127.0.0.1:{PORT}/readyz")
        except RuntimeError:
            return False
        return True

    def ask(self, first, count, window, *ports, wait=True):
        """Through the prober's socket; ports are like "80=open,81=closed"."""
        argv = (BUILD / "bench/ask", self.socket, first, count, window, *ports)
        return self._load(argv, wait)

    def visit(self, first, count, rate, connections, ports, wait=True):
        """Through HTTP, on loopback of the prober's namespace."""
        argv = (BUILD / "bench/visit", "127.0.0.1", PORT, first, count, rate, connections,
                16, ports)  # fmt: skip
        return self._load(argv, wait)

    def _load(self, argv, wait):
        if wait:
            return json.loads(self._lab.run("prober", *argv))
        return self._lab.popen("prober", *argv, stdout=-1, text=True)

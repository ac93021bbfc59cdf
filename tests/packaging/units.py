# SPDX-License-Identifier: BSD-2-Clause
"""What systemd would make of the installed units, where there is none: user, group,
capabilities, the socket that is handed over, the directory in /run."""
import os
import re
import shutil
import socket
import subprocess
import time

from conftest import CLEAN

READY_TIMEOUT_S = 10
STOP_TIMEOUT_S = 15
UNITS = "/lib/systemd/system"
# hands on a socket as the first of its descriptors, if there is one
HANDS_ON = 'if [ "$1" -gt 2 ]; then exec 3<&"$1"; export LISTEN_PID=$$ LISTEN_FDS=1; fi; ' \
    'shift; exec "$@"'  # fmt: skip


def settings(root, unit):
    """{key: value} of a unit; of a key that stands more than once the last."""
    text = root.file(f"{UNITS}/{unit}").read_text()
    return dict(re.findall(r"(?m)^([A-Za-z]+)=(.*)$", text))


def capability_list(value):
    return ",".join(["-all", *("+" + name.removeprefix("CAP_").lower() for name in value.split())])


def command_of(root, unit):
    """The service's command line, under the user and with the capabilities of its unit."""
    unit = settings(root, unit)
    ambient = capability_list(unit.get("AmbientCapabilities", ""))
    return ("setpriv", f"--reuid={unit['User']}", f"--regid={unit['Group']}", "--init-groups",
            f"--inh-caps={ambient}", f"--ambient-caps={ambient}",
            f"--bounding-set={capability_list(unit['CapabilityBoundingSet'])}", "--no-new-privs",
            *unit["ExecStart"].split())  # fmt: skip


def make_runtime_directory(root, unit):
    unit = settings(root, unit)
    path = root.file(f"/run/{unit['RuntimeDirectory']}")
    path.mkdir(exist_ok=True)
    path.chmod(int(unit["RuntimeDirectoryMode"], 8))
    user = root.run("getent", "passwd", unit["User"]).split(":")
    shutil.chown(path, int(user[2]), int(user[3]))


def listen(root, unit):
    """The socket of a socket unit, as its keys say."""
    unit = settings(root, unit)
    path = root.file(unit["ListenSequentialPacket"])
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(path))
    listener.listen()
    os.chown(path, 0, int(root.run("getent", "group", unit["SocketGroup"]).split(":")[2]))
    os.chmod(path, int(unit["SocketMode"], 8))
    return listener


class Daemon:
    """A context of a service that runs, and its log."""

    def __init__(self, root, unit, log, word, listener=None):
        self.root, self.unit, self.log, self.word = root, unit, log, word
        self.listener = listener

    def __enter__(self):
        make_runtime_directory(self.root, self.unit)
        given = self.listener.fileno() if self.listener is not None else -1
        command = self.root.inside("bash", "-c", HANDS_ON, "bash", str(given),
                                   *command_of(self.root, self.unit))  # fmt: skip
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=CLEAN,
                pass_fds=[given] if given >= 0 else [],
            )  # fmt: skip
        end = time.monotonic() + READY_TIMEOUT_S
        while self.word not in self.text:
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"{self.unit} is not ready: {self.text}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.stopped = self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    @property
    def text(self):
        return self.log.read_text()

    def kernel_status(self):
        """/proc/PID/status, as {key: value}."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return {key: value.strip() for key, _, value in (line.partition(":") for line in status)}

# SPDX-License-Identifier: BSD-2-Clause
"""What a service manager does for its daemons: it listens to them and gives them sockets."""
import os
import socket
import sys

HEARD_TIMEOUT_S = 10
# becomes the program with the descriptor as the first that a manager gives
GIVE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="x")
os.execv(sys.argv[2], sys.argv[2:])
"""


class Manager:
    """A context of the socket at which daemons say how they are (sd_notify(3))."""

    def __init__(self, path, watchdog_s=None):
        self.path, self.watchdog_s = str(path), watchdog_s

    def __enter__(self):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = self.path if not self.path.startswith("@") else "\0" + self.path[1:]
        self._socket.bind(name)
        if not self.path.startswith("@"):
            os.chmod(self.path, 0o777)  # the daemons become somebody else
        self._socket.settimeout(HEARD_TIMEOUT_S)
        return self

    def __exit__(self, *_):
        self._socket.close()

    @property
    def wrapper(self):
        """A command that becomes the daemon, with the manager's environment."""
        values = [f"NOTIFY_SOCKET={self.path}"]
        if self.watchdog_s is not None:
            values.append(f"WATCHDOG_USEC={int(self.watchdog_s * 1e6)}")
        return ("env", *values)

    def hear(self, timeout_s=HEARD_TIMEOUT_S):
        """The next word, None if there is none in time."""
        self._socket.settimeout(timeout_s)
        try:
            return self._socket.recv(4096).decode()
        except (TimeoutError, BlockingIOError):
            return None


def given(listener):
    """A command that becomes the daemon, with this socket; it must be inheritable."""
    listener.set_inheritable(True)
    return (sys.executable, "-c", GIVE, str(listener.fileno()))

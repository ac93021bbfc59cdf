# SPDX-License-Identifier: BSD-2-Clause
"""portlight(1) run to its end, in a pipe or on a terminal."""
import os
import pty
import select
import subprocess
import threading
import time
from collections import namedtuple

from service import BUILD, config_text

TIMEOUT_S = 20

Done = namedtuple("Done", "returncode stdout stderr")
Part = namedtuple("Part", "at_s text")


def environment(**changes):
    """Our environment without the variables that portlight reads, and with these."""
    names = ("NO_COLOR", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "SSL_CERT_FILE", "http_proxy")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, "LC_ALL": "C", **changes}


class Command:
    """The command with a configuration that knows only the prober's socket."""

    def __init__(self, directory, socket_path, **sections):
        self.config = directory / "command.conf"
        settings = {"prober": {"socket": str(socket_path)}}
        for name, keys in sections.items():
            settings.setdefault(name, {}).update(keys)
        self.config.write_text(config_text(settings))

    def line(self, *arguments):
        return [BUILD / "portlight", "-c", self.config, *map(str, arguments)]

    def __call__(self, *arguments, **env):
        return subprocess.run(
            self.line(*arguments), capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
            env=environment(**env),
        )  # fmt: skip

    def start(self, *arguments, **env):
        process = subprocess.Popen(
            self.line(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(**env),
        )  # fmt: skip
        end = threading.Timer(TIMEOUT_S, process.kill)  # who reads from it waits no longer
        end.daemon = True
        end.start()
        return process

    def on_terminal(self, *arguments, **env):
        """Status and [Part]: what came to the terminal, and when."""
        ours, theirs = pty.openpty()
        started, parts = time.monotonic(), []
        process = subprocess.Popen(
            self.line(*arguments), stdout=theirs, stderr=subprocess.STDOUT,
            env=environment(**{"TERM": "xterm", **env}),
        )  # fmt: skip
        os.close(theirs)
        try:
            while select.select([ours], [], [], TIMEOUT_S)[0]:
                try:
                    data = os.read(ours, 65536)
                except OSError:  # the other end is closed
                    break
                parts.append(Part(time.monotonic() - started, data.decode().replace("\r\n", "\n")))
            return process.wait(TIMEOUT_S), parts
        finally:
            process.kill()
            os.close(ours)

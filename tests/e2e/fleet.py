# SPDX-License-Identifier: BSD-2-Clause
"""A whole fleet on loopback: nats-server with the file that portlight-fleet makes, a
portlight-fleet and a fake prober for each place, and one that asks for the frontend."""
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack

import wire
from fake_prober import FakeProber
from fleet_members import ENGINE, FLEET, PLACES, Authority, Daemon
from service import config_text, free_listen

class Fleet:
    """A context.  `engines`, `agents` and `asker` are Daemons, `probers` FakeProbers, by name."""

    def __init__(self, places=tuple(PLACES), engines=1, here=None, frontends=("f1",), serve=None,
                 fleet=None, limits=None, start=True):  # fmt: skip
        self.places, self.engine_count, self.here = places, engines, here
        self.frontends, self._serve, self._fleet = frontends, serve or {}, fleet or {}
        self._limits, self._start = limits or {}, start
        self._stack = ExitStack()

    def __enter__(self):
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _open(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="portlight-fleet-"))
        self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.directory.chmod(0o755)
        self.authority = Authority(self.directory)
        self.secret = self.directory / "fleet.secret"
        self.secret.write_text("00112233445566778899aabbccddeeff\n")
        self.secret.chmod(0o400)
        self.listens = [free_listen() for _ in range(self.engine_count)]
        self.authority.enrol("hub", "engine")
        for name in self.frontends:
            self.authority.enrol(name, "frontend")
        for name in self.places:
            self.authority.enrol(name, "place")
        self.engines = [self._engine(i) for i in range(self.engine_count)]
        self.agents, self.probers = {}, {}
        for name in self.places:
            if name != self.here:
                self._place(name)
        self.askers = {name: self._asker(name) for name in self.frontends}
        if self._start:
            self.start()

    def start(self):
        for daemon in [*self.engines, *self.agents.values(), *self.askers.values()]:
            daemon.start()
        for asker in self.askers.values():
            asker.wait_for("connected to")
            for name in self.agents:
                asker.wait_for(f"place {name} is there")

    @property
    def asker(self):
        return self.askers[self.frontends[0]]

    def fleet_section(self, frontend="f1"):
        """The sections of a frontend's file, which portlightd and portlight read, too."""
        section = {
            "places": [PLACES.get(name, name) for name in self.places],
            "directory": str(self.directory / f"places-{frontend}"),
            "engines": self.listens, "name": frontend, "frontends": list(self.frontends),
            **self.authority.files(frontend, "frontend"), **self._fleet,
        }  # fmt: skip
        if self.here:
            section["here"] = self.here
        if len(self.frontends) > 1:
            section["secret"] = str(self.secret)
        return section

    def socket(self, place, frontend="f1"):
        return self.directory / f"places-{frontend}" / f"{place}.sock"

    def _daemon(self, name, sections):
        path = self.directory / f"{name}.conf"
        path.write_text(config_text(sections))
        daemon = Daemon(self.directory / f"{name}.log", FLEET, "-c", path)
        self._stack.callback(daemon.stop)
        return daemon

    def _engine(self, number):
        listen = self.listens[number]
        ask = self.directory / f"engine-{number}.portlight.conf"
        section = self.fleet_section(self.frontends[0])
        ask.write_text(config_text({"fleet": {**section, "engines": [listen]}}))
        made = subprocess.run([FLEET, "-c", ask, "--engine-config"], check=True,
                              capture_output=True, text=True).stdout  # fmt: skip
        files = self.authority.files("hub", "engine")
        made = made.replace("/etc/portlight/engine.crt", files["certificate"])
        made = made.replace("/etc/portlight/engine.key", files["key"])
        path = self.directory / f"engine-{number}.conf"
        path.write_text(made)
        daemon = Daemon(self.directory / f"engine-{number}.log", ENGINE, "-c", path)
        daemon.config = path
        self._stack.callback(daemon.stop)
        return daemon

    def _place(self, name):
        (self.directory / f"{name}-run").mkdir()  # as if on a machine of its own
        (self.directory / f"{name}-run").chmod(0o755)
        prober = FakeProber(self.directory / f"{name}-run" / "prober.sock")
        prober.start()
        self._stack.callback(prober.stop)
        self.probers[name] = prober
        self.agents[name] = self._daemon(name, {
            "prober": {"socket": str(prober.path)},
            "serve": {"place": name, "target-quota": 0, "frontend-quota": 0, **self._serve},
            "fleet": {"engines": self.listens, **self.authority.files(name, "place")},
            "limits": {"networks": False},
        })  # fmt: skip

    def _asker(self, frontend):
        return self._daemon(frontend, {"fleet": self.fleet_section(frontend)})


class Client:
    """A client of a place's socket, with the Python version of the wire format."""

    def __init__(self, path, timeout_s=60):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(timeout_s)
        self.socket.connect(str(path))
        self.socket.send(wire.hello())
        self.welcome = self.socket.recv(4096)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, job, address, ports, flags=0):
        """[every message of the answer], and how long it took."""
        self.socket.send(wire.check(job, address, ports, flags=flags))
        began = time.monotonic()
        messages = []
        while True:
            data = self.socket.recv(4096)
            messages.append(data)
            if data[0] == wire.REFUSED or (data[0] == wire.RESULT and data[5] & 1):
                return messages, time.monotonic() - began

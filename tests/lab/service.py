# SPDX-License-Identifier: BSD-2-Clause
"""The checker, started as a user would: prober inside the network, frontend out here."""
import http.client
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from network import LabError, stop, uninterrupted

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PORTLIGHT_BUILD", ROOT / "build"))
PROGRAMS = ("portlight-prober", "portlightd", "portlight")
READY_TIMEOUT_S = 60
ANSWER_TIMEOUT_S = 60
POLL_S = 0.02
AT_ONCE = 32


def missing_program():
    """Names a program that was not built, in a line; or None."""
    missing = (BUILD / name for name in PROGRAMS if not (BUILD / name).exists())
    return next((f"{path} is missing: run make first" for path in missing), None)


def config_text(sections):
    """portlight.conf(5) from {section: {key: value}}."""

    def literal(value):
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, (list, tuple)):
            return "{" + ", ".join(map(literal, value)) + "}"
        return json.dumps(value)

    blocks = []
    for name, keys in sections.items():
        lines = (f"  {key} = {literal(value)}\n" for key, value in keys.items())
        blocks.append(f"{name} {{\n{''.join(lines)}}}\n")
    return "".join(blocks)


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def free_listen():
    """An address for http.listen that nobody uses, below the ports the kernel gives out."""
    while not is_free(port := random.randrange(20000, 30000)):
        pass
    return f"127.0.0.1:{port}"


def ask_all(ask, cases, at_once=AT_ONCE):
    """{case: what ask(case) returned}, many at a time: silence takes its 3.6 seconds."""
    with ThreadPoolExecutor(at_once) as pool:
        return dict(zip(cases, pool.map(ask, cases)))


def wait_until(true, what, timeout_s=READY_TIMEOUT_S):
    deadline = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > deadline:
            raise LabError(f"{what}: not within {timeout_s} s")
        time.sleep(POLL_S)


def goes_together(port):
    """verdict_is_consistent once more: what portlight-fleet would take for a place's lie."""
    reason, disposition = port["reason"], port["disposition"]
    return reason == "other" or {
        "open": reason == "syn-ack" and disposition in ("accept", "unknown"),
        "closed": reason == "reset" and disposition not in ("accept", "drop"),
        "filtered": reason not in ("syn-ack", "reset") and disposition != "accept",
        "unknown": disposition != "accept",
    }[port["state"]]


class Service:
    """A context of one prober and, if there is an address to listen on, one frontend.

    Everything lives in a temporary directory of its own; `directory` also takes
    what a test writes.  `sections` are added to the configuration, key by key.
    Without `start` the daemons are left to the test.
    """

    def __init__(self, network, listen=None, start=True, **sections):
        self.network = network
        self.listen = listen
        self._start = start
        self.directory = self.config = self.socket = None
        self.prober = self.frontend = None
        self._sections = sections
        self._stack = ExitStack()

    def __enter__(self):
        missing = missing_program()
        if missing:
            raise LabError(missing)
        try:
            with uninterrupted():
                self.directory = pathlib.Path(tempfile.mkdtemp(prefix="portlight-lab-"))
                self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
            self.directory.chmod(0o755)  # both daemons become somebody else
            self.socket = self.directory / "run" / "prober.sock"
            self.config = self.directory / "portlight.conf"
            self.config.write_text(config_text(self._settings()))
            if self._start:
                self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with uninterrupted():
            self._stack.close()

    def start(self):
        self.start_prober()
        if self.listen:
            self.start_frontend()
            wait_until(self.is_ready, "frontend does not find the prober")

    def start_prober(self, *wrapper):
        """The wrapper is a command that becomes the prober, as setpriv(1) does."""
        program = (*wrapper, BUILD / "portlight-prober", "-c", self.config)
        self.prober = self.network.popen("prober", *program, stderr=self._log("prober"))
        self._stack.callback(stop, self.prober)
        self._wait(self.prober, lambda: "ready" in self.log("prober"), "prober")

    def start_frontend(self):
        self.frontend = subprocess.Popen(
            [BUILD / "portlightd", "-c", self.config],
            stderr=self._log("frontend"),
            start_new_session=True,
        )
        self._stack.callback(stop, self.frontend)
        self._wait(self.frontend, self.is_alive, "frontend")

    def log(self, name):
        """What the daemon said since it was last started."""
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def is_alive(self):
        return self._says_ok("/healthz")

    def is_ready(self):
        return self._says_ok("/readyz")

    def request(self, method, path, body=None, **headers):
        """Status and body of an answer; a body of ours is sent as JSON."""
        connection = http.client.HTTPConnection(self.listen, timeout=ANSWER_TIMEOUT_S)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def check(self, host, *ports, accept="application/json", **parameters):
        """Asks the API; status and answer, read if it is JSON."""
        query = {"host": host, "ports": ",".join(map(str, ports)), **parameters}
        path = "/api/v1/check?" + urllib.parse.urlencode(query, safe=",:")
        status, body = self.request("GET", path, Accept=accept)
        answer = json.loads(body) if body.startswith("{") else body
        for address in answer["addresses"] if isinstance(answer, dict) and status == 200 else ():
            assert all(map(goes_together, address["ports"])), answer
        return status, answer

    def command(self, *arguments):
        """Runs the command line with our configuration to its end."""
        return subprocess.run(
            [BUILD / "portlight", "-c", self.config, *map(str, arguments)],
            capture_output=True, text=True, timeout=ANSWER_TIMEOUT_S, check=False,
        )  # fmt: skip

    def _says_ok(self, path):
        try:
            return self.request("GET", path)[0] == 200
        except OSError:
            return False

    def _settings(self):
        addressing = self.network.addressing
        settings = {
            "policy": {"allow": addressing.prefixes()} if addressing.special else {},
            "prober": {"socket": str(self.socket)},
            "http": {"listen": [self.listen]} if self.listen else {},
            "limits": {"client-quota": 0, "target-quota": 0},
        }
        for name, keys in self._sections.items():
            settings.setdefault(name, {}).update(keys)
        return settings

    def _log(self, name):
        return self._stack.enter_context(open(self.directory / f"{name}.log", "wb"))

    def _wait(self, process, ready, name):
        wait_until(lambda: process.poll() is not None or ready(), f"{name} does not get ready")
        if process.poll() is not None:
            said = self.log(name).strip()
            raise LabError(f"{name} ended with status {process.returncode}: {said}")

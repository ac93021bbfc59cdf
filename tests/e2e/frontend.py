# SPDX-License-Identifier: BSD-2-Clause
"""The real portlightd between a fake prober and a fake DNS server, and requests to it."""
import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.parse
from contextlib import ExitStack, contextmanager

from fake_dns import FakeDns
from fake_prober import FakeProber
from service import BUILD, config_text, free_listen, wait_until

ANSWER_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
DNS_TIMEOUT_MS = 600
NO_LIMITS = {"client-quota": 0, "target-quota": 0}
TARGET, OTHER_TARGET = "93.184.215.14", "93.184.215.15"
TARGET_IPV6 = "2606:4700:4700::1111"


def pairs(headers):
    return headers.items() if isinstance(headers, dict) else headers


class Answer:
    """A response; header names in lower case, each with all its values."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {}
        for name, value in response.getheaders():
            self.headers.setdefault(name.lower(), []).append(value)
        self.body = response.read()

    def __repr__(self):
        return f"{self.status} {self.text}"

    def header(self, name):
        """The only value of this header, None without one."""
        values = self.headers.get(name.lower(), [None])
        assert len(values) == 1, f"{name}: {values}"
        return values[0]

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The problem, checked against RFC 9457 and our own rules; fails if there is none."""
        assert self.header("Content-Type") == "application/problem+json", self
        problem = self.json
        assert problem["type"].startswith("/problems/"), problem
        assert problem["status"] == self.status, problem
        assert problem["title"] and problem["detail"], problem
        return problem

    def is_problem(self, status, name, code=None):
        problem = self.problem
        return (self.status, problem["type"], problem.get("code")) == (
            status,
            f"/problems/{name}",
            code,
        )

    @property
    def events(self):
        """A stream of server-sent events: [(name, data)]."""
        events = []
        for block in self.text.split("\n\n")[:-1]:
            event, data, ident = block.split("\n")
            assert event.startswith("event: ") and data.startswith("data: "), block
            assert ident == "id: 1", block
            events.append((event[7:], json.loads(data[6:])))
        return events


class Frontend:
    """A context of one portlightd with a prober and a DNS server of its own.

    `sections` are added to the configuration, key by key.  Without `start` the
    daemon is left to the test, without `prober_runs` the prober is.
    """

    def __init__(self, start=True, prober_runs=True, **sections):
        self._start, self._prober_runs, self._sections = start, prober_runs, sections
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
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="portlight-e2e-"))
        self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.directory.chmod(0o755)  # root's daemon becomes somebody else
        self.listen = free_listen()
        self.dns = self._stack.enter_context(FakeDns())
        self.prober = FakeProber(self.directory / "prober.sock")
        self._stack.callback(self.prober.stop)
        if self._prober_runs:
            self.prober.start()
        self.config = self.directory / "portlight.conf"
        self.config.write_text(config_text(self._settings()))
        self.process = None
        if self._start:
            self.start()
            if self._prober_runs:
                self.wait_ready()

    def _settings(self):
        settings = {
            "prober": {"socket": str(self.prober.path)},
            "http": {"listen": [self.listen]},
            "resolver": {"nameservers": [self.dns.nameserver], "timeout-ms": DNS_TIMEOUT_MS},
            "limits": dict(NO_LIMITS),
        }
        for name, keys in self._sections.items():
            settings.setdefault(name, {}).update(keys)
        return settings

    def start(self, *wrapper):
        """The wrapper is a command that becomes the daemon, as prlimit(1) does."""
        log = self._stack.enter_context(open(self.directory / "log", "ab"))
        self.process = subprocess.Popen(
            [*wrapper, BUILD / "portlightd", "-c", self.config], stderr=log
        )
        self._stack.callback(self.stop)
        wait_until(self._is_alive, f"{self.listen} does not answer")

    def stop(self):
        """Ends the daemon and returns its exit status.  In no test may the sandbox kill it."""
        self.process.terminate()
        try:
            status = self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        assert status != -signal.SIGSYS, f"killed by its sandbox: {self.log}"
        return status

    @property
    def log(self):
        return (self.directory / "log").read_text(errors="replace")

    def wait_ready(self):
        wait_until(lambda: self.get("/readyz").status == 200, "the prober is not found")

    def _is_alive(self):
        assert self.process.poll() is None, self.log
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def request(self, method, path, body=None, headers=(), source="127.0.0.1"):
        """Headers are a dictionary, or pairs if a name comes twice."""
        connection = http.client.HTTPConnection(
            self.listen, timeout=ANSWER_TIMEOUT_S, source_address=(source, 0)
        )
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in pairs(headers):
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, headers=()):
        return self.request("GET", path, headers=headers)

    def post(self, body, content_type="application/json", headers=()):
        """To /api/v1/check; bytes go as they are, everything else as JSON."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        lines = list(pairs(headers))
        if content_type is not None:
            lines.append(("Content-Type", content_type))
        return self.request("POST", "/api/v1/check", body, lines)

    def check(self, host=TARGET, *ports, headers=(), path="/api/v1/check", **parameters):
        query = {"ports": ",".join(map(str, ports or (443,))), **parameters}
        if host is not None:
            query["host"] = host
        return self.get(f"{path}?{urllib.parse.urlencode(query)}", headers)

    @contextmanager
    def begin(self, path):
        """A context in which this GET waits for its answer."""
        address, port = self.listen.split(":")
        asked = len(self.prober.asked)
        with socket.create_connection((address, int(port)), ANSWER_TIMEOUT_S) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            wait_until(lambda: len(self.prober.asked) > asked, "the prober is not asked")
            yield connection

    def raw(self, data):
        """Everything that comes back for these bytes until the daemon closes the connection, as it must."""
        return self.raw_pieces([data])

    def raw_pieces(self, pieces):
        """The same, for bytes that go one segment after the other."""
        address, port = self.listen.split(":")
        answer = b""
        with socket.create_connection((address, int(port)), ANSWER_TIMEOUT_S) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                for piece in pieces:
                    connection.sendall(piece)
                while part := connection.recv(65536):
                    answer += part
            except ConnectionError:
                pass  # closed with bytes of ours unread
        return answer

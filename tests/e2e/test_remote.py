# SPDX-License-Identifier: BSD-2-Clause
"""portlight --server: the same output and exit codes through a real portlightd."""
import json
import socket
import ssl
import subprocess
import threading

import pytest
from command import Command
from fake_prober import DROPPED, TRACED
from frontend import TARGET, TARGET_IPV6
from test_command import handshake, hops, text_of

NO_PORTLIGHT = "answered something that is no answer of portlight."
RESULT_KEYS = {"started", "duration_ms"}


@pytest.fixture
def local(tmp_path, frontend):
    """The command line beside the server: with its prober and its DNS."""
    prober = frontend.prober
    prober.mode, prober.refusal = "answer", ("busy", 0xFF, 0)
    prober.verdicts, prober.pauses_s, prober.trails = {}, {}, {}
    yield Command(tmp_path, prober.path, resolver={"nameservers": [frontend.dns.nameserver]})
    prober.mode, prober.verdicts, prober.trails = "answer", {}, {}


class Remote:
    def __init__(self, command, url):
        self.command, self.url = command, url

    def __call__(self, *arguments, **env):
        return self.command("--server", self.url, *arguments, **env)


@pytest.fixture
def remote(local, frontend):
    return Remote(local, f"http://{frontend.listen}")


@pytest.fixture
def serve():
    """serve(bytes or a function of the connection): a server that says so once; its port."""
    listeners = []

    def start(said, wrap=lambda connection: connection):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                try:
                    with wrap(connection) as wrapped:
                        said(wrapped) if callable(said) else answer(wrapped, said)
                except OSError:
                    pass  # it went first

        threading.Thread(target=run, daemon=True).start()
        return listener.getsockname()[1]

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def answer(connection, said):
    request = b""
    while b"\r\n\r\n" not in request or b"}" not in request:
        part = connection.recv(65536)
        if not part:
            return
        request += part
    connection.sendall(said)


def http_answer(body, status="200 OK", *headers):
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers)
    return "\r\n".join((*lines, "", "")).encode() + body


def without_times(text):
    return {key: value for key, value in json.loads(text).items() if key not in RESULT_KEYS}


# --- the same as here ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, status",
    (
        ((TARGET, "https"), 0),
        ((TARGET, "https,http,smtp"), 1),
        (("--expect", "closed", TARGET, "80"), 0),
        ((TARGET, "443,21"), 3),
        (("--explain", "--packets", "--trace", TARGET, "443,22,25"), 1),
        (("--json", "--packets", "--trace", TARGET, "443,22"), 1),
        (("--json", "both.example.net", "443"), 0),
        (("both.example.net", "443"), 0),
        (("-6", "both.example.net", "443"), 0),
        (("nowhere.example.net", "443"), 3),
        (("127.1", "443"), 2),
        ((TARGET, "443,htps"), 2),
        ((TARGET, "81"), 4),
        (("10.0.0.1", "443"), 4),
        (("-6", TARGET, "443"), 2),
    ),
    ids=str,
)
def test_the_same_as_here(arguments, status, local, remote, frontend):
    frontend.dns.zone["both.example.net"] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    frontend.prober.verdicts = {(TARGET, 22): TRACED}
    frontend.prober.trails = {443: handshake(443), 22: hops(22, "192.0.2.9", None)}
    here, there = local(*arguments), remote(*arguments)
    assert (here.returncode, there.returncode) == (status, status), there.stderr
    if "--json" in arguments and status < 2:
        # nobody is the visitor of a command line
        alike = there.stdout.replace('"is_visitor":false', '"is_visitor":null')
        assert without_times(alike) == without_times(here.stdout)
    else:
        assert there.stdout == here.stdout
    assert there.stderr.split(": ")[:2] == here.stderr.split(": ")[:2]  # the title


def test_a_pcap_is_the_same(local, remote, frontend, tmp_path):
    frontend.prober.trails = {443: handshake(443)}
    for command, name in ((local, "here"), (remote, "there")):
        assert command("--pcap", tmp_path / name, TARGET, "443").returncode == 0
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()
    assert (tmp_path / "here").stat().st_size > 24


def test_what_the_server_is_asked(remote, frontend):
    assert remote(TARGET, "443,80").returncode == 1
    assert [asked.ports for asked in frontend.prober.asked] == [(443, 80)]


def test_me_is_for_the_server_to_know(remote):
    done = remote("me", "443")
    assert (done.returncode, done.stdout) == (4, "")  # 127.0.0.1 is not public


def test_a_base_path_and_a_slash(local, frontend, serve):
    said = []

    def hear(connection):
        said.append(connection.recv(65536))
        connection.sendall(http_answer(b"{}"))

    port = serve(hear)
    for base in ("", "/", "/portlight", "/portlight/"):
        local("--server", f"http://127.0.0.1:{port}{base}", TARGET, "443")
    assert [line.split()[1].decode() for line in said] == [
        "/api/v1/check", "/api/v1/check", "/portlight/api/v1/check", "/portlight/api/v1/check"
    ]  # fmt: skip
    assert b"User-Agent: portlight/" in said[0]


def test_the_prober_is_gone(local, make_frontend):
    with_none = make_frontend(prober_runs=False)
    done = local("--server", f"http://{with_none.listen}", TARGET, 443)
    assert done.returncode == 5 and "Prober unavailable" in done.stderr


def test_the_limit_is_spent(local, make_frontend):
    limited = make_frontend(limits={"client-quota": 1, "client-window-s": 60})
    url = f"http://{limited.listen}"
    assert local("--server", url, TARGET, 443).returncode == 0
    done = local("--json", "--server", url, TARGET, 443)
    assert done.returncode == 4 and "Too many requests" in done.stderr
    assert json.loads(done.stdout)["status"] == 429


def test_watch_a_server(local, remote, frontend):
    frontend.prober.verdicts = {(TARGET, 443): DROPPED}
    process = local.start("--server", remote.url, "--watch", "1", TARGET, 443)
    assert process.stdout.readline() == "443/tcp filtered drop unknown\n"
    frontend.prober.verdicts = {}
    assert process.communicate(timeout=10)[0] == "443/tcp open accept host 23.1ms\n"
    assert process.returncode == 0


def test_on_a_terminal(local, remote):
    status, parts = local.on_terminal("--server", remote.url, TARGET, "443,80")
    assert status == 1
    assert text_of(parts).count("\033[0m") == 2 == text_of(parts).count("\n")


def test_no_configuration_is_needed(local, remote):
    local.config.write_text("nonsense")
    assert remote(TARGET, 443).returncode == 0


def test_a_timeout_is_not_the_servers(remote):
    done = remote("--timeout", "100", TARGET, 443)
    assert done.returncode == 2 and "--timeout is for the prober here" in done.stderr


# --- servers that are none, or no good -------------------------------------------------------


@pytest.mark.parametrize(
    "url", ("", "portlight?x", "ftp://h/", "file:///etc/passwd", "http://", "http://h/?x", "https://h/#x",
            "http://h:99999", "http://a b/", "http://h/" + "x" * 2000), ids=lambda url: url[:20]
)  # fmt: skip
def test_a_bad_url(url, local):
    done = local("--server", url, TARGET, 443)
    assert done.returncode == 2
    assert "--server must be a URL such as https://" in done.stderr


def test_a_server_without_a_scheme(local):
    done = local("--server", "portlight", TARGET, 443)
    assert done.returncode == 5 and "Server: no address for portlight:443" in done.stderr


def fails(local, url, *said, status=5, **env):
    done = local("--server", url, TARGET, 443, **env)
    assert (done.returncode, done.stdout) == (status, "")
    assert all(part in done.stderr for part in said), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr[:-1].isprintable()


def test_nobody_there(local):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fails(local, f"http://127.0.0.1:{port}", "no connection to 127.0.0.1:")


def test_no_such_server(local):
    fails(local, "https://portlight.invalid", "no address for portlight.invalid:443")


def test_a_password_is_not_told(local):
    done = local("--server", "http://user:secret@127.0.0.1:1", TARGET, 443)
    assert done.returncode == 5 and "secret" not in done.stderr


def test_a_server_that_says_nothing(local):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        fails(local, f"http://127.0.0.1:{port}", "no answer in time from 127.0.0.1:")


@pytest.mark.parametrize(
    "body",
    (b"", b"{}", b"[]", b"null", b"hello", b'{"addresses":[]}', b"[" * 5000, b"\xff\xfe",
     b'{"host":"h","started":"2026-01-02T03:04:05.120Z","duration_ms":1,"addresses":[],"warnings":[]}'),
    ids=lambda body: str(body[:20]),
)  # fmt: skip
def test_an_answer_that_is_none(body, local, serve):
    """No port is as expected because none is there."""
    fails(local, f"http://127.0.0.1:{serve(http_answer(body))}", NO_PORTLIGHT)


def test_an_answer_to_another_question(local, remote, serve):
    other = remote("--json", TARGET, "80").stdout.encode()
    fails(local, f"http://127.0.0.1:{serve(http_answer(other))}", NO_PORTLIGHT)


@pytest.mark.parametrize(
    "status, code", (("301 Moved", 5), ("403 No", 4), ("404 No", 5), ("422 No", 4), ("429 No", 4),
                     ("500 No", 5), ("503 No", 5)), ids=str
)  # fmt: skip
def test_a_status_without_a_problem(status, code, local, serve):
    said = http_answer(b"<html>\033[31m", status, "Location: http://127.0.0.1:1/")
    fails(local, f"http://127.0.0.1:{serve(said)}", f"HTTP status {status[:3]}", status=code)


def test_a_problem_nobody_knows(local, serve):
    body = b'{"type":"/problems/new","detail":"\\u001b[31mSo\\nthere \xc2\x9b","code":"c","errors":[]}'
    said = http_answer(body, "429 No", "Content-Type: application/problem+json")
    fails(local, f"http://127.0.0.1:{serve(said)}", "?[31mSo?there ??", status=4)


def test_an_answer_without_end(local, serve):
    def pour(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b" " * 65536)

    fails(local, f"http://127.0.0.1:{serve(pour)}", "too much of an answer from 127.0.0.1:")


# --- TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=l",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", f"{path}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    with open(path, "ab") as both:
        both.write(open(f"{path}.crt", "rb").read())
    return path


@pytest.fixture
def https(serve, certificate, frontend):
    """A TLS terminator in front of the frontend."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def forward(connection):
        host, port = frontend.listen.split(":")
        with socket.create_connection((host, int(port))) as onward:
            request = b""
            while b"\r\n\r\n" not in request or b"}" not in request:
                request += connection.recv(65536)
            onward.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            while part := onward.recv(65536):
                connection.sendall(part)

    return serve(forward, lambda c: context.wrap_socket(c, server_side=True))


def test_https(local, https, certificate):
    url = f"https://127.0.0.1:{https}"
    done = local("--server", url, TARGET, "443", SSL_CERT_FILE=f"{certificate}.crt")
    assert (done.returncode, done.stdout) == (0, "443/tcp open accept host 23.1ms\n"), done.stderr


def test_a_certificate_nobody_signed(local, https, frontend):
    fails(local, f"https://127.0.0.1:{https}", "the certificate can't be trusted of 127.0.0.1:")
    assert frontend.prober.asked == []


def test_a_certificate_of_somebody_else(local, https, certificate):
    fails(local, f"https://localhost:{https}", "the certificate can't be trusted of localhost:",
          SSL_CERT_FILE=f"{certificate}.crt")  # fmt: skip


def test_no_tls_there(local, frontend):
    fails(local, f"https://{frontend.listen}", "no TLS with 127.0.0.1:")

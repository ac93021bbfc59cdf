# SPDX-License-Identifier: BSD-2-Clause
"""What strangers write can't forge, flood or garble the log."""
import http.client
import os
import re
import socket
import subprocess
import urllib.parse

import pytest

from frontend import STOP_TIMEOUT_S, TARGET
from service import BUILD, wait_until

LINE = re.compile(rb"portlight(d|-prober)?\[[a-z]+\]: [\x20-\x7e]+")
LINE_MAX_LEN = 512
MARK = "m4rk"
EVIL = [
    f"{MARK}\r\nportlightd[http]: forged", f"{MARK}\nforged", f"{MARK}\rforged", f"{MARK}\x1b[2J",
    f"{MARK}\x1b]0;title\x07", f"{MARK}\x9b31m", f"{MARK}\x00forged", f"{MARK}%s%n%p",
    f"{MARK}\x7f",
    f"{MARK}\u202eforged", f"{MARK}\u2028forged", f"{MARK}\U000e0041", f"{MARK} " + "x" * 4000,
    f"{MARK}" + "\x1b" * 2000, f"{MARK}\\x41", f"{MARK}'\"`$(id)<script>",
]  # fmt: skip
ROUNDS = 20


def assert_whole(log):
    """Every line is ours, in printable ASCII, and not too long."""
    assert log.endswith(b"\n")
    for line in log[:-1].split(b"\n"):
        assert LINE.fullmatch(line), line
        assert len(line) < LINE_MAX_LEN, len(line)


def log_of(frontend):
    return (frontend.directory / "log").read_bytes()


def log_of_others(frontend):
    """Without the lines about the proxy that these requests come from (test_local_socket.py)."""
    lines = log_of(frontend).splitlines(keepends=True)
    return b"".join(line for line in lines if b" the proxy at 127.0.0.1" not in line)


def raw_requests(evil):
    """The same bytes in every place of a request, as they are."""
    head = b"Host: x\r\nConnection: close\r\n"
    yield b"GET /api/v1/check?ports=443&host=%s HTTP/1.1\r\n%s\r\n" % (evil, head)
    yield b"GET /%s HTTP/1.1\r\n%s\r\n" % (evil, head)
    yield b"%s / HTTP/1.1\r\n%s\r\n" % (evil, head)
    yield b"GET / %s\r\n%s\r\n" % (evil, head)
    yield b"GET / HTTP/1.1\r\n%sX: %s\r\n\r\n" % (head, evil)
    yield b"GET / HTTP/1.1\r\n%s%s: x\r\n\r\n" % (head, evil)
    yield b"GET / HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n" % evil
    for name in (b"User-Agent", b"Referer", b"Origin", b"Accept", b"X-Forwarded-For", b"Forwarded",
                 b"Content-Length", b"Transfer-Encoding", b"Expect", b"Upgrade"):  # fmt: skip
        yield b"GET /api/v1/me HTTP/1.1\r\n%s%s: %s\r\n\r\n" % (head, name, evil)
    yield evil


@pytest.fixture
def proxied(make_frontend):
    return make_frontend(
        http={"trusted-proxies": ["127.0.0.1"]}, limits={"client-connections": 0}
    )


@pytest.mark.parametrize("evil", EVIL, ids=[ascii(evil[:20]) for evil in EVIL])
def test_nothing_of_a_request_gets_into_the_log(proxied, evil):
    before = log_of_others(proxied)
    for request in raw_requests(evil.encode()):
        proxied.raw(request + b"\r\n\r\n")
    for ask in (
        lambda: proxied.check(evil, 443),
        lambda: proxied.get("/" + urllib.parse.quote(evil)),
        lambda: proxied.post({"host": evil, "ports": [443], evil: evil}),
        lambda: proxied.post(evil.encode()),
    ):
        try:
            ask()
        except http.client.HTTPException:
            assert len(evil) > 1000, "what is too long is hung up on"
    assert proxied.get("/healthz").status == 200
    assert_whole(log_of(proxied))
    assert log_of_others(proxied) == before, "strangers are no reason for a line"


def test_strangers_can_not_fill_the_log(proxied):
    """However they break off."""
    before = log_of_others(proxied)
    address, port = proxied.listen.split(":")
    for _ in range(ROUNDS):
        for part in (b"", b"G", b"GET / HTTP/1.1\r\n", b"\0\xff", b"POST /api/v1/check HTTP/1.1\r\n"
                     b"Host: x\r\nContent-Length: 10\r\n\r\n{"):  # fmt: skip
            with socket.create_connection((address, int(port))) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                sock.sendall(part)
    assert proxied.get("/healthz").status == 200
    assert log_of_others(proxied) == before


def test_names_from_name_servers(proxied):
    """A name server is a stranger, too."""
    zone = {
        "alias.vectors.net": {"A": [TARGET], "CNAME": f"{MARK}\x1b[2J\r\nforged.net"},
        "owner.vectors.net": {"A": [TARGET], "owner": f"{MARK}\x1b[2J\r\nforged.net"},
        "question.vectors.net": {"A": [TARGET], "question": f"{MARK}\r\n.net"},
    }
    proxied.dns.zone.update(zone)
    before = log_of_others(proxied)
    for name in zone:
        answer = proxied.check(name, 443)
        assert MARK not in answer.text and "\x1b" not in answer.text
    assert log_of_others(proxied) == before


@pytest.mark.parametrize("said", [
    b"\x1b[2J\r\nforged", b"\xff" * 300, b"portlightd[http]: forged\n" * 10,
])  # fmt: skip
def test_a_prober_that_talks_nonsense(make_frontend, said):
    frontend = make_frontend()
    before = log_of(frontend)
    frontend.prober.send_everywhere(said)
    wait_until(lambda: b"connection lost" in log_of(frontend), "the session goes on")
    frontend.wait_ready()
    assert_whole(log_of(frontend))
    assert b"forged" not in log_of(frontend)
    assert log_of(frontend).removeprefix(before).count(b"\n") <= 4


CONFIGS = {
    "unknown key": "{evil} = 1\n",
    "text where a number belongs": 'limits {{ client-quota = "{evil}" }}\n',
    "address": 'http {{ listen = {{"{evil}"}} }}\n',
    "proxy": 'http {{ trusted-proxies = {{"{evil}"}} }}\n',
    "prefix": 'policy {{ deny = {{"{evil}"}} }}\n',
    "user": 'http {{ user = "{evil}" }}\n',
    "socket": 'prober {{ socket = "{evil}" }}\n',
    "name server": 'resolver {{ nameservers = {{"{evil}"}} }}\n',
    "not ended": 'policy {{ deny = {{"{evil}\n',
}


@pytest.mark.parametrize("program", ["portlightd", "portlight-prober"])
@pytest.mark.parametrize("case", CONFIGS)
def test_what_is_said_of_a_configuration(tmp_path, program, case):
    """The one thing in a log that somebody else may have written."""
    for number, evil in enumerate(EVIL):
        evil = evil.replace("\\", "").replace('"', "").replace("\0", "")
        path = tmp_path / f"\x1b[31m{number}\r\n.conf"
        path.write_text(CONFIGS[case].format(evil=evil))
        said = subprocess.run(
            [BUILD / program, "--check-config", "-c", path],
            capture_output=True, timeout=STOP_TIMEOUT_S, check=False,
        )  # fmt: skip
        if said.stderr:
            assert_whole(said.stderr)
        assert b"\x1b" not in said.stdout and MARK.encode() not in said.stdout
        assert said.returncode in (0, 78)


@pytest.mark.parametrize("stream, error", (("8:1234", "<3>"), (None, "")))
def test_levels_for_the_journal(stream, error, tmp_path):
    """journalctl -p err finds what is wrong."""
    env = {name: value for name, value in os.environ.items() if name != "JOURNAL_STREAM"}
    if stream:
        env["JOURNAL_STREAM"] = stream
    config = tmp_path / "portlight.conf"
    config.write_text('http { listen = {"127.0.0.1:1"}\n user = "root" }\npolicy { max-ports = 9 }\n')

    def said(status):
        done = subprocess.run(
            [BUILD / "portlightd", "-c", config], capture_output=True, text=True, env=env, check=False
        )
        assert done.returncode == status
        return done.stderr

    assert said(78).startswith(f"{error}portlightd[config]: error: ")
    config.write_text('http { listen = {"203.0.113.9:80"} }\n')
    assert f"{error}portlightd[" in said(1)

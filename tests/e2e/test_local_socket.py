# SPDX-License-Identifier: BSD-2-Clause
"""A reverse proxy that comes by a Unix socket, and what the log says of proxies."""
import http.client
import json
import os
import socket
import stat
import subprocess

import pytest

from frontend import TARGET
from manager import given
from service import BUILD, wait_until

VISITOR, OTHER = "93.184.215.77", "93.184.215.78"
NOBODY, QUOTA = 65534, 6


class LocalConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def ask(path, target, forwarded=None):
    connection = LocalConnection(path)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    connection.request("GET", target, headers=headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


@pytest.fixture
def local(make_frontend):
    frontend = make_frontend(start=False, limits={"client-quota": QUOTA, "client-window-s": 3600})
    path = frontend.directory / "http.sock"
    text = frontend.config.read_text()
    both = f'"{frontend.listen}", "unix:{path}"'
    frontend.config.write_text(text.replace(f'"{frontend.listen}"', both))
    frontend.start()
    frontend.wait_ready()
    return frontend, path


def test_who_comes_by_a_unix_socket_is_believed(local):
    _, path = local
    assert ask(path, "/api/v1/me", VISITOR)[1]["address"] == VISITOR
    status, answer = ask(path, f"/api/v1/check?host={TARGET}&ports=443", VISITOR)
    assert status == 200 and answer["addresses"][0]["ports"][0]["state"] == "open"


def test_visitors_behind_it_have_quotas_of_their_own(local):
    _, path = local
    refused = "/api/v1/check?host=10.0.0.1&ports=443"
    states = [ask(path, refused, VISITOR)[0] for _ in range(QUOTA + 1)]
    assert states == [403] * QUOTA + [429]
    assert ask(path, refused, OTHER)[0] == 403


def test_without_a_visitor_it_is_this_machine(local):
    frontend, path = local
    assert ask(path, "/api/v1/me")[1]["address"] == "127.0.0.1"
    assert "proxy at a Unix socket sends no X-Forwarded-For" in frontend.log
    status, problem = ask(path, "/api/v1/check?host=me&ports=443")
    assert (status, problem["code"]) == (403, "address-not-public")


def test_the_file_is_for_the_group(local):
    _, path = local
    mode = os.stat(path).st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o660
    connect = f"import socket; socket.socket(socket.AF_UNIX).connect({str(path)!r})"
    for group, status in ((NOBODY, 1), (os.stat(path).st_gid, 0)):
        done = subprocess.run(
            ["/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={group}", "--clear-groups",
             "/usr/bin/python3", "-c", connect],
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr


def test_what_a_killed_daemon_left_makes_way(local):
    frontend, path = local
    frontend.process.kill()
    frontend.process.wait()
    assert path.exists()
    frontend.start()
    frontend.wait_ready()
    assert ask(path, "/api/v1/me", VISITOR)[0] == 200


def test_two_can_not_have_it(local):
    frontend, path = local
    config = frontend.directory / "second.conf"
    config.write_text(f'http {{ listen = {{"unix:{path}"}} }}')
    ended = subprocess.run([BUILD / "portlightd", "-c", config], capture_output=True, text=True,
                           timeout=20, check=False)  # fmt: skip
    assert ended.returncode == 1 and "Address already in use" in ended.stderr
    assert ask(path, "/api/v1/me", VISITOR)[0] == 200


def test_a_file_that_is_no_socket_stays(make_frontend):
    frontend = make_frontend(start=False)
    path = frontend.directory / "precious"
    path.write_text("mine")
    config = frontend.directory / "second.conf"
    config.write_text(f'http {{ listen = {{"unix:{path}"}} }}')
    ended = subprocess.run([BUILD / "portlightd", "-c", config], capture_output=True, text=True,
                           timeout=20, check=False)  # fmt: skip
    assert ended.returncode == 1 and str(path) in ended.stderr
    assert path.read_text() == "mine"


def test_a_unix_socket_that_a_manager_gives(make_frontend):
    frontend = make_frontend(start=False)
    path = frontend.directory / "given.sock"
    with socket.socket(socket.AF_UNIX) as listener, open(frontend.directory / "log", "ab") as log:
        listener.bind(str(path))
        listener.listen()
        frontend.process = subprocess.Popen(
            [*given(listener), BUILD / "portlightd", "-c", frontend.config],
            stderr=log, pass_fds=[listener.fileno()],
        )  # fmt: skip
        assert ask(path, "/api/v1/me", VISITOR)[1]["address"] == VISITOR
        frontend.process.terminate()
        assert frontend.process.wait(10) == 0


# --- what the operator is told of their proxies --------------------------------------------


def test_a_proxy_that_hides_its_visitors_is_told_once(make_frontend):
    frontend = make_frontend(http={"trusted-proxies": ["127.0.0.1"]})
    for path in ("/healthz", "/readyz", "/metrics"):
        frontend.get(path)
    assert "X-Forwarded-For" not in frontend.log
    for _ in range(3):
        frontend.get("/")
    told = "the proxy at 127.0.0.1 sends no X-Forwarded-For"
    wait_until(lambda: told in frontend.log, "is not told")
    assert frontend.log.count(told) == 1


def test_a_proxy_that_nobody_trusts_is_told_once(make_frontend):
    frontend = make_frontend()
    for _ in range(3):
        frontend.get("/", headers={"X-Forwarded-For": VISITOR})
    told = "X-Forwarded-For from 127.0.0.1 is not believed"
    wait_until(lambda: told in frontend.log, "is not told")
    assert frontend.log.count(told) == 1


def test_why_a_proxys_request_was_refused(make_frontend):
    frontend = make_frontend(http={"trusted-proxies": ["127.0.0.1"]})
    assert frontend.get("/", headers={"X-Forwarded-For": "unknown"}).status == 400
    told = "refused a request from the proxy at 127.0.0.1: X-Forwarded-For or Forwarded"
    wait_until(lambda: told in frontend.log, "is not told")

# SPDX-License-Identifier: BSD-2-Clause
"""The options of portlight(1) that say what to expect, how long to wait, and what to do next."""
import http.server
import json
import re
import subprocess
import threading

import pytest
import wire
from command import Command, environment
from fake_prober import FakeProber
from frontend import TARGET
from service import BUILD, ROOT


@pytest.fixture
def prober(tmp_path):
    with FakeProber(tmp_path / "prober.sock") as fake:
        yield fake


@pytest.fixture
def portlight(tmp_path, prober):
    return Command(tmp_path, prober.path)


@pytest.mark.parametrize("program", ("portlight", "portlightd", "portlight-prober"))
def test_help_is_a_page(program):
    done = subprocess.run([BUILD / program, "--help"], capture_output=True, text=True, check=True)
    where = "frontend/cli" if program == "portlight" else "common/config"
    rows = re.findall(
        r'^OPTION\(\w+, "([a-z-]+)",', (ROOT / where / "options.def").read_text(), re.M
    )
    assert len(rows) >= 4
    for name in rows:
        assert re.search(rf"^  ( {{4}}|-\w, )--{name}\b.* [a-z]", done.stdout, re.M), name
    assert all(len(line) <= 96 for line in done.stdout.splitlines())


def test_the_help_has_the_statuses_of_the_manual():
    done = subprocess.run([BUILD / "portlight", "-h"], capture_output=True, text=True, check=True)
    manual = (ROOT / "docs/man/portlight.1").read_text()
    assert set(re.findall(r"^  (\d)  ", done.stdout, re.M)) == set(
        re.findall(r"^\.It (\d)$", manual, re.M)
    )


@pytest.mark.parametrize("program", ("portlight", "portlightd", "portlight-prober"))
def test_version_has_a_letter(program):
    def said(option):
        return subprocess.run([BUILD / program, option], capture_output=True, check=True).stdout

    assert said("-v") == said("--version") != b""


@pytest.mark.parametrize("states, port, status", (
    ("not-open", 80, 0), ("not-open", 22, 0), ("not-open", 443, 1), ("not-open", 21, 3),
    ("open,closed", 443, 0), ("open,closed", 80, 0), ("open,closed", 22, 1),
    ("closed,filtered,closed", 22, 0), ("filtered", 22, 0),
))  # fmt: skip
def test_several_states(states, port, status, portlight):
    assert portlight("--expect", states, TARGET, port).returncode == status


@pytest.mark.parametrize("states", ("", "unknown", "open,", ",open", "open closed", "notopen"))
def test_states_that_are_none(states, portlight):
    done = portlight("--expect", states, TARGET, 443)
    assert done.returncode == 2 and "not-open" in done.stderr


@pytest.mark.parametrize("port, status", ((80, 1), (21, 3)))
def test_watch_has_an_end(port, status, portlight, prober):
    done = portlight("--watch", 60, "--watch-for", 1, TARGET, port)
    assert done.returncode == status and len(prober.asked) == 1
    assert done.stderr == "portlight: not as expected after 1 s (--watch-for)\n"


def test_watch_asks_until_the_end(portlight, prober):
    assert portlight("--watch", 1, "--watch-for", 3, TARGET, 80).returncode == 1
    assert len(prober.asked) == 3


def test_an_end_needs_a_watch(portlight):
    done = portlight("--watch-for", 3, TARGET, 443)
    assert done.returncode == 2 and "--watch-for: needs --watch" in done.stderr


@pytest.mark.parametrize("families", (("-4", "-6"), ("--ipv6", "-4")))
def test_one_family_or_both(families, portlight):
    done = portlight(*families, TARGET, 443)
    assert done.returncode == 2 and "-4 or -6" in done.stderr


def test_timestamps(portlight):
    done = portlight("--timestamps", "--trace", TARGET, "443,80")
    assert len(done.stdout.splitlines()) == 2
    for line in done.stdout.splitlines():
        assert re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ \d+/tcp ", line)


# --- the next step -----------------------------------------------------------------------


@pytest.mark.parametrize("arguments, key", (
    ((TARGET, 8081), "policy.ports"), (("10.0.0.1", 443), "policy.allow"),
    (("nas.lan", 443), "policy.allow"), ((TARGET, "1,2,3,4"), "policy."),
    (("5.5.5.5", 443), "policy.deny"),
))  # fmt: skip
def test_which_key_decides(arguments, key, tmp_path, prober):
    portlight = Command(tmp_path, prober.path, policy={"deny": ["5.0.0.0/8"]})
    assert key in portlight(*arguments).stderr


@pytest.mark.parametrize("arguments, said", (
    ((TARGET,), "PORT is missing, such as 443 or https: 93.184.215.14"),
    ((TARGET, 443, 22), "write several ports as 443,22: 22"),
    (("--host", TARGET, 443), "--host checks no port: leave it out: 443"),
    (("--places", TARGET), "--places takes neither HOST nor PORT: 93.184.215.14"),
    (("--pcap", "-", TARGET, 443), "--pcap writes to a file"),
))  # fmt: skip
def test_what_is_missing_or_too_much(arguments, said, portlight, prober):
    done = portlight(*arguments)
    assert done.returncode == 2 and said in done.stderr
    assert done.stderr.endswith("Try portlight --help.\n") and prober.asked == []


@pytest.mark.parametrize("arguments, meant", (
    ((f"https://{TARGET}/x", 443), 'HOST is not a URL. Did you mean "93.184.215.14 443"?'),
    ((f"{TARGET}:22", 443), 'HOST is not a URL. Did you mean "93.184.215.14 22"?'),
    ((f"root@{TARGET}", 22), 'HOST must be only a name or an address. Did you mean "93.184.215.14"?'),
    (("[2606:4700:4700::1111]", 22), 'HOST must be only a name or an address. Did you mean "2606:4700:4700::1111"?'),
    (("-6", TARGET, 22), "leave out -4 and -6"),
))  # fmt: skip
def test_the_arguments_that_were_meant(arguments, meant, portlight):
    done = portlight(*arguments)
    assert done.returncode == 2 and meant in done.stderr


def test_no_prober(portlight, prober):
    prober.stop()
    done = portlight(TARGET, 443)
    assert done.returncode == 5
    assert "No such file or directory; start portlight-prober(8)" in done.stderr


def test_no_right(tmp_path, prober):
    prober.path.chmod(0o600)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_mode & 0o5 != 0o5:
            parent.chmod(parent.stat().st_mode | 0o5)
    portlight = Command(tmp_path, prober.path)
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
         *portlight.line(TARGET, 443)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 5
    assert 'Permission denied; join the group "portlight"' in done.stderr


def test_when_to_try_again(portlight, prober):
    prober.mode, prober.refusal = "refuse", ("rate-limited", wire.NO_PORT, 299_001)
    done = portlight(TARGET, 443)
    assert done.stderr.endswith("Try again in 300 s.\n")
    assert json.loads(portlight("--json", TARGET, 443).stdout)["retry_after_s"] == 300


@pytest.fixture
def other_server():
    """A server that is no portlightd."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(int(self.path.split("/")[1]))

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", (404, 502))
def test_a_server_that_is_none(status, other_server):
    done = subprocess.run(
        [BUILD / "portlight", "--server", f"http://{other_server}/{status}", TARGET, "443"],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 5
    assert done.stderr.startswith(f"portlight: Server: {other_server} answered with HTTP status {status}")


def test_a_server_without_a_scheme_is_https(other_server):
    done = subprocess.run(
        [BUILD / "portlight", "--server", other_server, TARGET, "443"],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 5 and done.stderr.startswith(f"portlight: Server: no TLS connection to {other_server}")

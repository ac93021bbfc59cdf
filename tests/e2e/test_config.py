# SPDX-License-Identifier: BSD-2-Clause
"""One configuration file for all programs, and what they say of a wrong one."""
import json
import os
import socket
import subprocess

import pytest

from service import BUILD

DAEMONS = ["portlightd", "portlight-prober"]
RUN_TIMEOUT_S = 10
MISTAKE = 78  # for which the units do not restart a daemon

IN_LINE_3 = "# it's a comment {\n\n"

BAD_VALUES = {
    "max-ports": ("policy { max-ports = 4 }", "policy.max-ports = 4", "1 to 3"),
    "max-ports 0": ("policy { max-ports = 0 }", "policy.max-ports = 0", "1 to 3"),
    "timeout": ("policy { timeout-ms = 3001 }", "policy.timeout-ms = 3001", "to 3000"),
    "linger": ("policy { linger-ms = -1 }", "policy.linger-ms = -1", "0 to"),
    "port 0": ("policy { ports = {80, 0} }", "policy.ports", "1 to 65535"),
    "port 65536": ("policy { ports = {65536} }", "policy.ports", "1 to 65535"),
    "allow": ('policy { allow = {"10.0.0.0/33"} }', "policy.allow", "10.0.0.0/33"),
    "deny": ('policy { deny = {"example.net"} }', "policy.deny", "example.net"),
    "host bits": ('policy { deny = {"10.0.0.1/8"} }', "policy.deny", "10.0.0.1/8"),
    "rate": ("prober { max-rate = -1 }", "prober.max-rate = -1", "0 to"),
    "socket": ('prober { socket = "run/x" }', "prober.socket", "absolute"),
    "socket too long": ('prober { socket = "/%s" }' % ("x" * 200), "prober.socket", "at most"),
    "user": ('http { user = "" }', "http.user", "empty"),
    "group": ('prober { group = "" }', "prober.group", "empty"),
    "proxies": ('http { trusted-proxies = {"x"} }', "http.trusted-proxies", '"x"'),
    "resolver": ("resolver { timeout-ms = 0 }", "resolver.timeout-ms = 0", "100 to 10000"),
    "quota": ("limits { client-quota = -1 }", "limits.client-quota = -1", "0 to"),
    "window": ("limits { target-window-s = 0 }", "limits.target-window-s = 0", "1 to"),
    "set twice": ('policy { deny = {"10.0.0.0/8"} deny = {"10.1.0.0/16"} }', "policy.deny", "twice"),
    "pending": ("limits { max-pending = 100001 }", "limits.max-pending = 100001", "1 to 100000"),
}  # fmt: skip

BAD_LISTENS = (
    "localhost:8080", "8080", "*:80", ":80", "127.0.0.1:99999", "127.0.0.1:08080", "127.0.0.1",
    "127.0.0.1:", "127.0.0.1:http", "unix:run/x", "unix:", "unix:/" + "x" * 107, "/run/x",
    "::1:80", "[::1]", "[127.0.0.1]:80", "http://127.0.0.1:80", "", "127.0.0.1:80 ", "[fe80::1%lo]:80",
)  # fmt: skip
BAD_NAMES = (
    "ports.example.net:443", "https://ports.example.net", "*.example.net", "bücher.example.net",
    "a b", "", ".example.net", "example.net.", "example.net/", "[::1]", "a,b", "x" * 254,
)  # fmt: skip
BAD_NAMESERVERS = ("dns.google", "8.8.8.8:99999", "8.8.8.8:dns", "", "[8.8.8.8]:53", "8.8.8.8/32",
                   "tls://1.1.1.1")  # fmt: skip
BAD_ITEMS = [
    (section, key, item)
    for section, key, items in (("http", "listen", BAD_LISTENS), ("http", "names", BAD_NAMES),
                                ("resolver", "nameservers", BAD_NAMESERVERS))
    for item in items
]  # fmt: skip

UNKNOWN = {
    "key": ("limits { quota = 1 }", "quota"),
    "section": ("limit { client-quota = 1 }", "limit"),
    "key in the wrong section": ("http { socket = \"/x\" }", "socket"),
    "key in capitals": ("limits { CLIENT-QUOTA = 1 }", "CLIENT-QUOTA"),
}  # fmt: skip

SYNTAX = {
    "no value": "policy { max-ports = }",
    "no equals": "policy { max-ports 1 }",
    "a word for a number": "policy { max-ports = many }",
    "a number for a truth": "policy { echo = 7 }",
    "open string": 'http { user = "x }',
    "section without an end": "policy { max-ports = 1",
    "list without an end": 'policy { deny = {"10.0.0.0/8",',
    "comment without an end": "/* policy { }",
    "binary": "\x01\x02\x03",
}


@pytest.fixture
def run(tmp_path):
    """run(program, text, *more): the program's end with this configuration."""
    path = tmp_path / "portlight.conf"

    def start(program, text, *arguments):
        path.write_text(text)
        ended = subprocess.run(
            [BUILD / program, "-c", path, *arguments],
            capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
        )  # fmt: skip
        ended.path = path
        return ended

    return start


def only_line(ended):
    """What the one line on standard error says; nothing went to standard output."""
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    return line


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("text", [
    "", "# nothing\n", "policy { }", "policy {\n  any-port = true\n  max-ports = 1\n}\n",
    'policy { allow = {"10.0.0.0/8", "fd00::/8"} }', "limits { client-quota = 0 }",
])  # fmt: skip
def test_right(run, program, text):
    ended = run(program, text, "--check-config")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.strip()


@pytest.mark.parametrize("program", DAEMONS)
def test_the_contract_is_a_right_one(run, program):
    """A file with every key that the first version had."""
    text = """
policy {
  ports      = {21, 22, 23, 25, 53, 80, 110, 143, 389, 443, 445, 465, 587, 853, 993, 995, 1433,
                3306, 3389, 5432, 5900, 6379, 8080, 8443, 25565}
  any-port   = false          # lab: lift the allowlist
  max-ports  = 3
  timeout-ms = 3000
  linger-ms  = 600
  echo       = true
  control-port = false
  allow      = {}
  deny       = {}
}
prober {
  socket   = "/run/portlight/prober.sock"
  user     = "portlight-prober"
  group    = "portlight"
  max-rate = 20000
}
http {
  listen          = {"127.0.0.1:8080"}
  user            = "portlight"
  trusted-proxies = {}
}
resolver {
  nameservers = {}
  timeout-ms  = 2000
}
limits {
  client-quota = 60  client-window-s = 60
  target-quota = 30  target-window-s = 60
  max-pending  = 20000
}
"""
    ended = run(program, text, "--check-config")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("case", BAD_VALUES)
@pytest.mark.parametrize("arguments", [["--check-config"], []], ids=["checked", "started"])
def test_bad_value(run, program, case, arguments):
    text, key, limit = BAD_VALUES[case]
    ended = run(program, IN_LINE_3 + text, *arguments)
    assert ended.returncode == MISTAKE
    line = only_line(ended)
    assert f"{ended.path}:3:" in line
    assert key in line and limit in line


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("case", UNKNOWN)
def test_unknown(run, program, case):
    text, word = UNKNOWN[case]
    ended = run(program, IN_LINE_3 + text, "--check-config")
    assert ended.returncode == MISTAKE
    line = only_line(ended)
    assert f"{ended.path}:3:" in line and word in line


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("case", SYNTAX)
def test_syntax_error(run, program, case):
    ended = run(program, IN_LINE_3 + SYNTAX[case], "--check-config")
    assert ended.returncode == MISTAKE
    assert f"{ended.path}:3:" in only_line(ended)


@pytest.mark.parametrize("program", DAEMONS)
def test_a_directory_is_no_file(tmp_path, program):
    ended = subprocess.run(
        [BUILD / program, "--check-config", "-c", tmp_path],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
    )  # fmt: skip
    assert ended.returncode == MISTAKE
    assert str(tmp_path) in only_line(ended)


@pytest.mark.parametrize("text", ["policy { max-ports = 9 }", "", 'fleet { name = "f1" }'])
def test_the_fleet_says_so_in_its_status(run, text):
    assert run("portlight-fleet", text).returncode == MISTAKE


@pytest.mark.parametrize("program", [*DAEMONS, "portlight"])
def test_a_file_that_is_not_there(tmp_path, program):
    path = tmp_path / "missing.conf"
    arguments = ["93.184.215.14", "443"] if program == "portlight" else []
    ended = subprocess.run(
        [BUILD / program, "-c", path, *arguments],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
    )  # fmt: skip
    assert ended.returncode == (2 if program == "portlight" else MISTAKE)
    line = only_line(ended)
    assert str(path) in line and os.strerror(2) in line


def test_port_taken(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        listen = "127.0.0.1:%d" % server.getsockname()[1]
        ended = run("portlightd", f'http {{ listen = {{"{listen}"}} }}')
    assert ended.returncode == 1
    line = only_line(ended)
    assert listen in line and "in use" in line


@pytest.mark.parametrize("listen", [
    "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "localhost:8080",
    "::1:8080", "[127.0.0.1]:8080", "127.0.0.1:80 ", ":8080", "", "[]:80", "[", "]:1",
])  # fmt: skip
def test_listen_that_is_no_address(run, listen):
    ended = run("portlightd", f'http {{ listen = {{"{listen}"}} }}')
    assert ended.returncode == MISTAKE
    line = only_line(ended)
    assert "http.listen" in line and f'"{listen}"' in line


def test_nothing_to_listen_on(run):
    for arguments in ([], ["--check-config"]):
        ended = run("portlightd", IN_LINE_3 + "http { listen = {} }", *arguments)
        assert ended.returncode == MISTAKE
        assert f"{ended.path}:3: http.listen is empty" in only_line(ended)


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("section, key, item", BAD_ITEMS)
def test_items_that_would_not_work(run, program, section, key, item):
    text = f"{IN_LINE_3}{section} {{ {key} = {{{json.dumps(item, ensure_ascii=False)}}} }}"
    ended = run(program, text, "--check-config")
    assert ended.returncode == MISTAKE
    assert f"{ended.path}:3: {section}.{key}: " in only_line(ended)


@pytest.mark.parametrize("listen, metrics", (
    (["127.0.0.1:8080", "127.0.0.1:8080"], []),
    (["127.0.0.1:8080", "0.0.0.0:8080"], []),
    (["[::]:8080", "[::1]:8080"], []),
    (["127.0.0.1:8080"], ["127.0.0.1:8080"]),
))  # fmt: skip
def test_places_that_are_one(run, listen, metrics):
    lists = f"listen = {{{json.dumps(listen)[1:-1]}}}"
    if metrics:
        lists += f" metrics-listen = {{{json.dumps(metrics)[1:-1]}}}"
    ended = run("portlightd", f"{IN_LINE_3}http {{ {lists} }}", "--check-config")
    assert ended.returncode == MISTAKE
    assert f"{ended.path}:3: http.listen: " in only_line(ended) and "the same place" in ended.stderr


GOOD_ITEMS = (
    ("http", "listen", ["0.0.0.0:80", "[::]:80", "127.0.0.1:81", "127.0.0.1:0", "127.0.0.2:0"]),
    ("http", "listen", ["127.0.0.1:8080", "[::]:80", "0.0.0.0:0", "unix:/run/x"]),
    ("http", "names", ["ports.example.net", "xn--bcher-kva.example", "localhost", "10.0.0.1", "::1",
                       "my_nas"]),
    ("resolver", "nameservers", ["8.8.8.8", "8.8.8.8:5300", "::1", "[::1]:53", "[::1]"]),
)  # fmt: skip


@pytest.mark.parametrize("section, key, items", GOOD_ITEMS)
def test_items_that_work(run, section, key, items):
    ended = run("portlightd", f"{section} {{ {key} = {{{json.dumps(items)[1:-1]}}} }}", "--check-config")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "configuration ok\n", "")


@pytest.mark.parametrize("section, key, most", (("http", "listen", 16), ("resolver", "nameservers", 8)))
def test_as_many_items_as_may_be(run, section, key, most):
    for count, status in ((most, 0), (most + 1, MISTAKE)):
        items = ", ".join(f'"127.0.0.1:{port}"' for port in range(2000, 2000 + count))
        ended = run("portlightd", f"{section} {{ {key} = {{{items}}} }}", "--check-config")
        assert ended.returncode == status


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("text, key, why", (
    ('http { user = "root" }', "http.user", "root"),
    ('prober { user = "root" }', "prober.user", "root"),
    ('http { user = "nobody-of-this-name" }', "http.user", "no such user"),
    ('prober { user = "nobody-of-this-name" }', "prober.user", "no such user"),
    ('prober { group = "nobody-of-this-name" }', "prober.group", "no such group"),
    ('prober { user = "nobody" } http { user = "nobody" }', "http.user", "must not be prober.user"),
))  # fmt: skip
def test_accounts_that_would_not_work(run, program, text, key, why):
    ended = run(program, IN_LINE_3 + text, "--check-config")
    assert ended.returncode == MISTAKE
    line = only_line(ended)
    assert f"{ended.path}:3: {key} = " in line and why in line


def test_a_family_that_is_missing_is_left_out(run, tmp_path):
    """An address that this machine lacks stops nobody, as long as another one serves."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = f'http {{ listen = {{"[2001:db8::9]:{port}", "127.0.0.1:{port}"}} }}'
    path = tmp_path / "some.conf"
    path.write_text(text)
    daemon = subprocess.Popen([BUILD / "portlightd", "-c", path], stderr=subprocess.PIPE, text=True)
    lines = []
    try:
        while not lines or "listening on" not in lines[-1]:
            lines.append(daemon.stderr.readline())
            assert lines[-1], lines
    finally:
        daemon.terminate()
        daemon.communicate(timeout=RUN_TIMEOUT_S)
    assert f"cannot listen on [2001:db8::9]:{port}" in lines[0]
    assert f"listening on http://127.0.0.1:{port}" in lines[-1]


def test_none_that_can_be_served_on(run):
    ended = run("portlightd", 'http { listen = {"203.0.113.9:8080"} }')
    assert ended.returncode == 1 and "none of http.listen" in ended.stderr


def test_both_wildcards(run):
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = run("portlightd", f'http {{ listen = {{"0.0.0.0:{port}"}} }}')
    assert ended.returncode == 1 and "takes IPv4, too" in ended.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_configured_user_that_does_not_exist(run):
    ended = run("portlightd", 'http { user = "nobody-of-this-name" listen = {"127.0.0.1:0"} }')
    assert ended.returncode == MISTAKE
    assert "nobody-of-this-name" in ended.stderr


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("arguments", [["--nonsense"], ["extra"], ["-c"]])
def test_usage(program, arguments):
    ended = subprocess.run(
        [BUILD / program, *arguments],
        capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert f"usage: {program}" in ended.stderr

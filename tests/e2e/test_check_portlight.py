# SPDX-License-Identifier: BSD-2-Clause
"""The plugin for Nagios and Icinga: its exit status, its one line, its performance data."""
import os
import re
import subprocess

import pytest

from command import Command
from fake_prober import CLOSED, FakeProber
from frontend import TARGET, TARGET_IPV6
from service import BUILD, ROOT

PLUGIN = ROOT / "packaging/monitoring/check_portlight"
OK, WARNING, CRITICAL, UNKNOWN = range(4)
# text, bar, then label=value;warn;crit;min of each
LINE = re.compile(r"PORTLIGHT (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \|( [a-z0-9_]+=[0-9.]+s;[^; ]*;[^; ]*;0)+)?\n")


@pytest.fixture(scope="module")
def prober(tmp_path_factory):
    directory = tmp_path_factory.mktemp("plugin")
    directory.chmod(0o755)
    with FakeProber(directory / "prober.sock") as prober:
        prober.config = Command(directory, prober.path).config
        yield prober


@pytest.fixture
def plugin(prober):
    def run(*arguments, config=True, **env):
        done = subprocess.run(
            [PLUGIN, *(("-C", prober.config) if config else ()), *map(str, arguments)],
            capture_output=True, text=True, timeout=30, check=False,
            env={**os.environ, "PATH": f"{BUILD.resolve()}:{os.environ['PATH']}", **env},
        )  # fmt: skip
        assert LINE.fullmatch(done.stdout), done
        assert done.stdout.split()[1] == ("OK", "WARNING", "CRITICAL", "UNKNOWN")[done.returncode]
        return done.returncode, done.stdout

    return run


def test_open(plugin):
    assert plugin("-H", TARGET, "-p", 443) == (
        OK, f"PORTLIGHT OK - 443/tcp open on {TARGET}, 23.1 ms | time=0.023100s;;;0\n")  # fmt: skip


def test_what_is_not_open(plugin):
    assert plugin("-H", TARGET, "-p", 80)[0] == CRITICAL
    code, line = plugin("-H", TARGET, "-p", 22)
    assert (code, line) == (CRITICAL, f"PORTLIGHT CRITICAL - 22/tcp filtered on {TARGET} "
                            "(drop, by unknown); expected open\n")  # fmt: skip


def test_what_cannot_be_told(plugin):
    code, line = plugin("-H", TARGET, "-p", 21)
    assert code == UNKNOWN and "21/tcp unknown" in line


@pytest.mark.parametrize("port, expect, code", [
    (80, "closed", OK), (22, "filtered", OK), (22, "not-open", OK), (80, "not-open", OK),
    (443, "not-open", CRITICAL), (22, "closed", CRITICAL), (80, "open,closed", OK),
])  # fmt: skip
def test_what_is_expected(port, expect, code, plugin):
    assert plugin("-H", TARGET, "-p", port, "-E", expect)[0] == code


@pytest.mark.parametrize("options, code", [
    (("-w", "0.1", "-c", "0.2"), OK),
    (("-w", "0.02", "-c", "0.2"), WARNING),
    (("-w", "0.01", "-c", "0.02"), CRITICAL),
    (("-c", "0.02"), CRITICAL),
    (("-w", "0.03:"), WARNING),
    (("-w", "0.01:0.03"), OK),
    (("-w", "~:0.03"), OK),
    (("-w", "@0.01:0.03"), WARNING),
    (("-w", "@0.03:0.04"), OK),
    (("--warning=0.02", "--critical=9"), WARNING),
])  # fmt: skip
def test_ranges(options, code, plugin):
    got, line = plugin("-H", TARGET, "-p", 443, *options)
    assert got == code, line
    assert re.search(r"\| time=0\.023100s;", line)


def test_the_ranges_stand_in_the_performance_data(plugin):
    assert plugin("-H", TARGET, "-p", 443, "-w", "0.1", "-c", "0.2:0.3")[1].endswith("s;0.1;0.2:0.3;0\n")


def test_both_families(prober, plugin, make_frontend):
    """Through a server whose name server is ours."""
    frontend = make_frontend()
    frontend.dns.zone["dual.vectors.net"] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    server = ("-s", f"http://{frontend.listen}", "-H", "dual.vectors.net", "-p", 443)
    code, line = plugin(*server, config=False)
    assert code == OK and " time_ipv4=" in line and " time_ipv6=" in line
    assert " time=" in plugin(*server, "-4", config=False)[1]
    frontend.prober.verdicts[TARGET_IPV6, 443] = CLOSED
    code, line = plugin(*server, config=False)
    assert code == CRITICAL and f"closed on {TARGET_IPV6}" in line
    assert plugin(*server, "-4", config=False)[0] == OK
    assert plugin(*server, "-6", config=False)[0] == CRITICAL


def test_a_name_without_an_address(plugin, make_frontend):
    frontend = make_frontend()
    code, line = plugin("-s", f"http://{frontend.listen}", "-H", "no.vectors.net", "-p", 443, config=False)
    assert code == UNKNOWN and "no such name" in line


def test_refused(plugin):
    code, line = plugin("-H", "10.0.0.1", "-p", 443)
    assert code == UNKNOWN and "not public" in line
    code, line = plugin("-H", TARGET, "-p", 81)
    assert code == UNKNOWN and "Port 81" in line


def test_without_a_prober(plugin, tmp_path):
    config = Command(tmp_path, tmp_path / "none.sock").config
    code, line = plugin("-H", TARGET, "-p", 443, "-C", config, config=False)
    assert code == UNKNOWN and "prober" in line.lower()


def test_no_answer_in_time(prober, plugin):
    prober.mode = "silent"
    try:
        code, line = plugin("-H", TARGET, "-p", 443, "-t", 1)
    finally:
        prober.mode = "answer"
    assert code == UNKNOWN and "within 1 s" in line


WRONG = [(), ("-H", TARGET), ("-p", "443"), ("-H", TARGET, "-p", "443,80"), ("-H", TARGET, "-p", ""),
         ("-H", "--json", "-p", "443"), ("-H", TARGET, "-p", "443", "-w", "fast"),
         ("-H", TARGET, "-p", "443", "-c", ""), ("-H", TARGET, "-p", "443", "-t", "0"),
         ("-H", TARGET, "-p", "443", "-t", "601"), ("-H", TARGET, "-p", "443", "-x"),
         ("-H", TARGET, "-p", "443", "-E", "ajar"), ("-H", TARGET, "-p"), ("-H", "a|b\nc", "-p", "443"),
         ("-H", TARGET, "-p", "443", "$(touch /tmp/x)|")]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=str)
def test_wrong_usage(arguments, plugin):
    assert plugin(*arguments)[0] == UNKNOWN


def test_help_and_version(plugin):
    path = f"{BUILD.resolve()}:{os.environ['PATH']}"
    for option in ("-h", "--help"):
        done = subprocess.run([PLUGIN, option], capture_output=True, text=True, check=True)
        for letter in "HpEwct46sCvVh":
            assert re.search(rf"(?m)^  -{letter}\b", done.stdout), letter
    for option in ("-V", "--version"):
        done = subprocess.run([PLUGIN, option], capture_output=True, text=True, check=True,
                              env={**os.environ, "PATH": path})  # fmt: skip
        program = subprocess.run([BUILD / "portlight", "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"check_{program.stdout}"


def test_the_manual_has_every_option():
    manual = (ROOT / "docs/man/check_portlight.8").read_text()
    text = subprocess.run([PLUGIN, "--help"], capture_output=True, text=True, check=True).stdout
    for letter, name in re.findall(r"(?m)^  -(\w), --([a-z0-9-]+)", text):
        assert f".It Fl {letter} " in manual and f"Fl -{name}" in manual, name


def test_without_portlight(plugin, tmp_path):
    """Its own tools are there, but portlight is not."""
    for tool in ("awk", "tr", "sed", "head", "timeout", "grep"):
        os.symlink(subprocess.run(["which", tool], capture_output=True, text=True, check=True).stdout.strip(),
                   tmp_path / tool)  # fmt: skip
    if os.path.exists("/usr/bin/portlight") or os.path.exists("/usr/local/bin/portlight"):
        pytest.skip("it is installed here")
    code, line = plugin("-H", TARGET, "-p", 443, PATH=str(tmp_path))
    assert code == UNKNOWN and "not installed" in line


def test_shellcheck_finds_no_fault():
    subprocess.run(["shellcheck", PLUGIN], check=True)

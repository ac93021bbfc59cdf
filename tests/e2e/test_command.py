# SPDX-License-Identifier: BSD-2-Clause
"""What portlight(1) prints, and where."""
import json
import subprocess

import pytest
from command import Command
from fake_prober import FakeProber
from frontend import TARGET

LINES = "443/tcp open accept host 23.1ms\n80/tcp closed refuse host 0.500ms\n"


@pytest.fixture
def prober(tmp_path):
    with FakeProber(tmp_path / "prober.sock") as fake:
        yield fake


@pytest.fixture
def portlight(tmp_path, prober):
    return Command(tmp_path, prober.path)


def text_of(parts):
    return "".join(part.text for part in parts)


def test_a_pipe_gets_the_lines_as_asked(portlight, prober):
    prober.pauses_s = {443: 0.3}
    done = portlight(TARGET, "443,80", TERM="xterm", LC_ALL="C.UTF-8")
    assert (done.returncode, done.stdout, done.stderr) == (1, LINES, "")


def test_names_for_ports(portlight, prober):
    done = portlight(TARGET, "https,HTTP")
    assert (done.returncode, done.stdout) == (1, LINES)
    assert prober.asked[0].ports == (443, 80)


def test_a_name_nobody_knows(portlight, prober):
    done = portlight("--json", TARGET, "https,htps")
    assert done.returncode == 2
    assert 'PORT 2, "htps", is neither a number' in done.stderr
    assert json.loads(done.stdout)["errors"][0]["pointer"] == "#/ports/1"
    assert prober.asked == []


def test_a_terminal_gets_lines_as_they_come(portlight, prober):
    prober.pauses_s = {443: 0.6}
    status, parts = portlight.on_terminal(TARGET, "443,80", TERM="dumb")
    first, second = LINES.splitlines(keepends=True)
    assert status == 1
    assert [part.text for part in parts] == [second, first]
    assert parts[1].at_s - parts[0].at_s > 0.4


def test_a_terminal_that_has_json_gets_nothing_else(portlight):
    _, parts = portlight.on_terminal("--json", TARGET, "443")
    assert json.loads(text_of(parts))["host"] == TARGET


STATES = {443: ("open", 32), 80: ("closed", 31), 22: ("filtered", 33), 21: ("unknown", 35)}


@pytest.mark.parametrize("port", STATES)
def test_colour_is_on_the_word(port, portlight):
    word, number = STATES[port]
    _, parts = portlight.on_terminal(TARGET, port)
    assert text_of(parts).startswith(f"{port}/tcp \033[{number}m{word}\033[0m ")


@pytest.mark.parametrize("env", ({"TERM": "dumb"}, {"TERM": ""}, {"NO_COLOR": "1"}), ids=str)
def test_no_colour(env, portlight):
    _, parts = portlight.on_terminal(TARGET, 443, **env)
    assert text_of(parts) == LINES.splitlines(keepends=True)[0]


def test_an_empty_no_color_says_nothing(portlight):
    _, parts = portlight.on_terminal(TARGET, 443, NO_COLOR="")
    assert "\033[32m" in text_of(parts)


def test_explain(portlight):
    done = portlight("--explain", TARGET, "443,22")
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "443/tcp open accept host 23.1ms",
        f"  Open: a program on {TARGET} accepted the connection.",
        "22/tcp filtered drop unknown",
    ]
    assert lines[3].startswith("  No answer: ") and lines[4].startswith("  Allow the port in")
    assert len(lines) == 5


def test_an_output_that_is_full(portlight):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            portlight.line(TARGET, 443), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert "standard output: No space left on device" in done.stderr

# SPDX-License-Identifier: BSD-2-Clause
"""What the shells propose: bash and fish are asked, zsh reads its file without complaint."""
import pathlib
import re
import shlex
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = ROOT / "packaging" / "completions"
SERVICES = set(re.findall(r'^    \{\d+, "([a-z0-9-]+)"', (ROOT / "frontend/model/service.c").read_text(), re.M))
OPTIONS = set(
    re.findall(r'^OPTION\(\w+, "([a-z0-9-]+)"', (ROOT / "frontend/cli/options.def").read_text(), re.M)
)  # fmt: skip
STATES = {"open", "closed", "filtered"}


def run(*command, cwd=None):
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def bash(line, cwd=None):
    """What bash proposes at the end of this line; = and : split words there."""
    words = [word for word in re.split(r"\s+|([=:])", line) if word]
    if line.endswith(" "):
        words.append("")
    script = f"""
        source {FILES}/portlight.bash
        COMP_WORDS=({" ".join(map(shlex.quote, words))}) COMP_CWORD={len(words) - 1}
        _portlight
        (( ${{#COMPREPLY[@]}} )) && printf '%s\\n' "${{COMPREPLY[@]}}"
        complete -p portlight >/dev/null
    """
    return set(run("bash", "--norc", "-c", script, cwd=cwd).split())


def fish(line, cwd=None):
    script = f"source {FILES}/portlight.fish; complete -C {shlex.quote(line)}"
    out = run("fish", "--no-config", "-c", script, cwd=cwd)
    return {row.split("\t")[0] for row in out.splitlines()}


BOTH = pytest.mark.parametrize("shell", (bash, fish), ids=("bash", "fish"))


def test_there_is_something_to_compare():
    assert {"https", "ssh"} < SERVICES and len(SERVICES) == 25
    assert {"explain", "server", "watch"} < OPTIONS


@BOTH
def test_options(shell):
    assert {f"--{name}" for name in OPTIONS} <= shell("portlight --") <= {
        f"--{name}" for name in OPTIONS
    }
    assert shell("portlight --ex") == {"--explain", "--expect"}
    assert shell("portlight h 443 --wa") == {"--watch", "--watch-for"}


@BOTH
def test_states(shell):
    assert shell("portlight --expect ") == STATES
    assert shell("portlight --expect cl") == {"closed"}


def test_states_behind_an_equals_sign():
    assert bash("portlight --expect=") == STATES
    assert bash("portlight --expect=f") == {"filtered"}


@BOTH
@pytest.mark.parametrize(
    "before", ("", "--json ", "--expect closed ", "-4 --pcap f ", "--server https://h:8443/x ")
)
def test_services(before, shell):
    assert shell(f"portlight {before}h ") == SERVICES
    assert shell(f"portlight {before}h http") == {"http", "https", "http-alt", "https-alt"}
    assert shell(f"portlight {before}h 22,post") == {"22,postgresql"}
    assert shell(f"portlight {before}h 22,ssh,m") == {
        f"22,ssh,{name}" for name in SERVICES if name.startswith("m")
    }
    assert not shell(f"portlight {before}h 443 ") & SERVICES


def test_services_behind_equals_signs():
    assert bash("portlight --expect=closed --server=https://h:8443/ h ssh") == {"ssh"}


@BOTH
@pytest.mark.parametrize("option", ("-c", "--config", "--pcap"))
def test_files(option, shell, tmp_path):
    (tmp_path / "here.pcap").touch()
    assert "here.pcap" in shell(f"portlight {option} he", cwd=tmp_path)
    assert "here.pcap" not in shell("portlight he", cwd=tmp_path)


@BOTH
@pytest.mark.parametrize("option", ("--server", "--timeout", "--watch"))
def test_nothing_to_propose(option, shell):
    assert shell(f"portlight {option} ") == set()


def test_zsh_reads_its_own():
    run("zsh", "-f", "-n", FILES / "_portlight")
    text = (FILES / "_portlight").read_text()
    assert text.startswith("#compdef portlight\n")
    assert {f"--{name}" for name in OPTIONS} == set(re.findall(r"--[a-z0-9]+(?:-[a-z]+)*", text))
    listed = re.search(r"services=\(\n(.*?)\n\)", text, re.S)[1].split()
    assert set(listed) == SERVICES

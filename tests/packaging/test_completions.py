# SPDX-License-Identifier: BSD-2-Clause
"""What bash, zsh and fish complete for the three programs."""
import pathlib
import re
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
COMPLETIONS = TOP / "packaging" / "completions"
FILES = ["portlight.bash", "_portlight", "portlight.fish"]
RUN_TIMEOUT_S = 30

# fills in what readline would have, calls the function, prints its words
BASH = """
. "$1"
COMP_LINE=$2 COMP_POINT=${#2}
read -ra words <<<"$(sed 's/[:=]/ & /g' <<<"$2")"
[[ $2 == *' ' ]] && words+=('')
COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1))
complete -p "${words[0]}" >/dev/null || exit 1
function=$(complete -p "${words[0]}" | sed 's/.*-F \\([a-z_]*\\).*/\\1/')
"$function" "${words[0]}" "${words[-1]}" "${words[-2]}"
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
"""


def run(*command, **how):
    return subprocess.run(
        command, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False, **how
    )


def needs(shell):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")


def bash(line, **how):
    """The words that bash offers at the end of this line."""
    done = run("bash", "--norc", "-c", BASH, "bash", COMPLETIONS / "portlight.bash", line, **how)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.splitlines()


def fish(line, **how):
    needs("fish")
    script = f"source {COMPLETIONS}/portlight.fish; complete -C '{line}'"
    done = run("fish", "--no-config", "-c", script, **how)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [word.split("\t")[0] for word in done.stdout.splitlines()]


def options_of(source):
    """The long and short options of a program's getopt_long."""
    text = (TOP / source).read_text()
    long = re.findall(r'\{"([a-z0-9-]+)", (?:no|required)_argument', text)
    [short] = re.findall(r'getopt_long\(argc, argv, "([a-z0-9:]*)"', text)
    assert long and short
    return {f"--{name}" for name in long}, {f"-{letter}" for letter in short.replace(":", "")}


def services():
    text = (TOP / "frontend/service.c").read_text()
    found = re.findall(r'\{(\d+), "([a-z0-9-]+)", "', text)
    assert len(found) == 25
    return found


@pytest.mark.parametrize("line, words", [
    ("portlight --expect ", ["open", "closed", "filtered"]),
    ("portlight --expect f", ["filtered"]),
    ("portlight --expect=c", ["closed"]),
    ("portlight --js", ["--json"]),
    ("portlight --json --t", ["--trace", "--timeout"]),
    ("portlight example.net 44", ["443", "445"]),
    ("portlight example.net ss", ["22"]),
    ("portlight example.net http", ["80"]),
    ("portlight example.net http-", ["8080"]),
    ("portlight example.net pop", ["pop3", "pop3s"]),
    ("portlight example.net 22,80,99", ["22,80,993", "22,80,995"]),
    ("portlight example.net 22,ssh", []),
    ("portlight example.net 22,ht", ["22,http", "22,https", "22,http-alt", "22,https-alt"]),
    ("portlight example.net 21,22,23,", []),
    ("portlight --timeout 500 --trace example.net 338", ["3389"]),
    ("portlight 2001:db8::1 338", ["3389"]),
    ("portlight example.net 22 ", []),
    ("portlightd --ch", ["--check-config"]),
    ("portlight-prober --v", ["--version"]),
])  # fmt: skip
def test_bash(line, words):
    assert bash(line) == words


@pytest.mark.parametrize("start", [
    "portlight -c ", "portlight --config ", "portlight --config=", "portlight --pcap ",
    "portlightd -c ", "portlightd --config=", "portlight-prober --config ",
])  # fmt: skip
@pytest.mark.parametrize("shell", [bash, fish])
def test_files(tmp_path, shell, start):
    (tmp_path / "other.conf").touch()
    (tmp_path / "with blank.conf").touch()
    words = shell(start + "other", cwd=tmp_path)
    assert [word.removeprefix(start.split()[-1]) for word in words] == ["other.conf"]
    if shell is bash:
        assert sorted(bash(start, cwd=tmp_path)) == ["other.conf", "with blank.conf"]


@pytest.mark.parametrize("shell", [bash, fish])
def test_every_option_and_no_other(shell):
    for program, source in [
        ("portlight", "frontend/cli/main.c"),
        ("portlightd", "common/daemon_options.c"),
        ("portlight-prober", "common/daemon_options.c"),
    ]:
        long, short = options_of(source)
        assert {word for word in shell(f"{program} --") if word.startswith("--")} == long
        if shell is fish:
            assert {word for word in fish(f"{program} -") if len(word) == 2} == short


@pytest.mark.parametrize("shell", [bash, fish])
def test_every_port(shell):
    assert sorted(shell("portlight example.net "), key=int) == [port for port, _ in services()]


@pytest.mark.parametrize("name", FILES)
def test_every_service_and_no_other(name):
    text = (COMPLETIONS / name).read_text()
    pattern = r"'(\d+)\[([a-z0-9-]+)\]'" if name == "_portlight" else r"\b(\d+) ([a-z][a-z0-9-]+)"
    found = re.findall(pattern, text)
    assert [pair for pair in found if pair in services()] == services()
    assert len([pair for pair in found if int(pair[0]) > 9]) == len(services())


@pytest.mark.parametrize("line, words", [
    ("portlight --expect ", ["closed", "filtered", "open"]),
    ("portlight example.net 44", ["443", "445"]),
    ("portlight example.net 22,99", ["22,993", "22,995"]),
    ("portlight -c x example.net 338", ["3389"]),
    ("portlight example.net 22 ", []),
])  # fmt: skip
def test_fish(line, words):
    assert fish(line) == words


# zsh shows its completions only to a terminal: one is made, and Tab is pressed in it
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; unsetopt zle_bracketed_paste; fpath=($1 \\$fpath); autoload -U compinit"
zpty -w shell "compinit -u -D; zstyle ':completion:*' list-prompt ''; bindkey '^X' kill-whole-line"
zpty -w shell "zstyle ':completion:*' verbose no; LISTMAX=10000; print REA''DY"
zpty -r shell text '*READY*'
zpty -n -w shell "$2"$'\\t'
sleep 1
zpty -n -w shell $'\\C-a : \\n print DO""NE\\n'
zpty -r shell text '*DONE*'
print -r -- "$text"
"""


@pytest.mark.parametrize("line, words", [
    ("portlight --expect ", ["closed", "filtered", "open"]),
    ("portlight --tra", ["--trace"]),
    ("portlight example.net 44", ["443", "445"]),
    ("portlight example.net 22,99", ["993", "995"]),
    ("portlightd --che", ["--check-config"]),
])  # fmt: skip
def test_zsh(line, words):
    needs("zsh")
    done = run("zsh", "-f", "-c", ZSH, "zsh", COMPLETIONS, line)
    assert done.returncode == 0, done
    for word in words:
        assert word in done.stdout, done.stdout


@pytest.mark.parametrize("shell, name, option", [
    ("bash", "portlight.bash", "-n"), ("zsh", "_portlight", "-n"),
    ("fish", "portlight.fish", "--no-execute"),
])  # fmt: skip
def test_syntax(shell, name, option):
    needs(shell)
    done = run(shell, option, COMPLETIONS / name)
    assert (done.returncode, done.stderr) == (0, "")


def test_zsh_has_every_option_and_no_other():
    text = (COMPLETIONS / "_portlight").read_text()
    cli, daemons = text.split("\n*)\n")
    for part, source in [(cli, "frontend/cli/main.c"), (daemons, "common/daemon_options.c")]:
        long, _ = options_of(source)
        found = set(re.findall(r"(--[a-z0-9-]+)", re.sub(r"'\([^)]*\)'", "", part)))
        assert found == long

# SPDX-License-Identifier: BSD-2-Clause
"""What portlight(1) prints, and where."""
import json
import signal
import subprocess
import time

import fake_prober
import packets
import pytest
import wire
from command import Command
from fake_prober import CLOSED, DROPPED, TRACED, FakeProber
from frontend import TARGET
from service import wait_until

LINES = "443/tcp open accept host 23.1ms\n80/tcp closed refuse host 0.500ms\n"


@pytest.fixture
def prober(tmp_path):
    with FakeProber(tmp_path / "prober.sock") as fake:
        yield fake


@pytest.fixture
def portlight(tmp_path, prober):
    return Command(tmp_path, prober.path)


US, US_PORT, SEQ, STARTED_NS = "198.51.100.7", 61000, 0x11223344, 1_000_000_000


def packet(job, port, at_ns, outgoing, data):
    return wire.encode(
        wire.PACKET, job, port, STARTED_NS + at_ns, int(outgoing), len(data), data.ljust(192, b"\0")
    )


def handshake(port):
    """SYN and SYN-ACK, as messages."""
    syn = packets.build_tcp(US, US_PORT, TARGET, port, SEQ, 0, packets.SYN)
    answer = packets.build_tcp(
        TARGET, port, US, US_PORT, 7, SEQ + 1, packets.SYN | packets.ACK, ttl=52
    )
    return lambda job: [
        packet(job, port, 5, True, syn), packet(job, port, 23_100_005, False, answer)
    ]  # fmt: skip


def hops(port, *addresses):
    """With a trace that meets these; None is silent."""
    return lambda job: [
        wire.encode(wire.HOP, job, port, i, *wire.packed(a), 9_800_000 if a else wire.NO_RTT)
        for i, a in enumerate(addresses, 1)
    ]  # fmt: skip


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
    assert lines[3].startswith("  No answer: ") and lines[4].startswith("  Allow the port wherever")
    assert len(lines) == 5


def test_an_output_that_is_full(portlight):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            portlight.line(TARGET, 443), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert "standard output: No space left on device" in done.stderr


def test_the_ladder(portlight, prober):
    prober.trails = {443: handshake(443)}
    done = portlight("--packets", TARGET, "443,80")
    assert done.stdout.splitlines() == [
        "443/tcp open accept host 23.1ms",
        "      0.000ms  -->  SYN seq 0 win 64240 ttl 64 port 61000",
        "     23.100ms  <--  SYN,ACK seq 0 ack 1 win 64240 ttl 52 port 61000",
        "80/tcp closed refuse host 0.500ms",
    ]


def test_the_ladder_has_arrows_where_there_are_some(portlight, prober):
    prober.trails = {443: handshake(443)}
    done = portlight("--packets", TARGET, "443", LC_ALL="C.UTF-8")
    assert "ms  ──▶  SYN " in done.stdout and "ms  ◀──  SYN,ACK " in done.stdout


def test_packets_with_json(portlight, prober):
    prober.trails = {443: handshake(443)}
    [port] = json.loads(portlight("--json", "--packets", TARGET, "443").stdout)["addresses"][0]["ports"]
    assert [p["kind"] for p in port["packets"]] == ["syn", "syn-ack"]


def test_where_the_syn_died(portlight, prober):
    prober.verdicts = {(TARGET, 22): TRACED}
    prober.trails = {22: hops(22, "192.0.2.9", None)}
    done = portlight("--trace", "--packets", TARGET, "22")
    assert done.stdout.splitlines() == [
        "22/tcp filtered drop unknown",
        "   1  192.0.2.9  9.8ms",
        "   2  *",
        "  The SYN dies behind hop 1 (192.0.2.9): hop 2 and all farther ones are silent.",
    ]
    assert len(portlight("--trace", TARGET, "22").stdout.splitlines()) == 3


def test_watch_ends_when_all_is_as_expected(portlight, prober):
    started = time.monotonic()
    prober.verdicts = {(TARGET, 443): DROPPED}
    process = portlight.start("--watch", "1", TARGET, "443,8443")
    wait_until(lambda: len(prober.asked) == 2, "asks only once")
    prober.verdicts = {(TARGET, 443): CLOSED}
    wait_until(lambda: len(prober.asked) == 3, "asks only twice")
    prober.verdicts = {}
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines() == [
        "443/tcp filtered drop unknown",
        "8443/tcp open accept host 23.1ms",
        "443/tcp closed refuse host 0.500ms",
        "443/tcp open accept host 23.1ms",
    ]
    assert 2.9 < time.monotonic() - started


def test_watch_prints_each_line_at_once(portlight, prober):
    process = portlight.start("--watch", "60", "--expect", "closed", TARGET, "443")
    assert process.stdout.readline() == LINES.splitlines(keepends=True)[0]
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
@pytest.mark.parametrize("port, status", ((80, 1), (21, 3)))
def test_watch_interrupted(port, status, number, portlight, prober):
    process = portlight.start("--watch", "60", TARGET, port)
    assert process.stdout.readline().startswith(f"{port}/tcp ")
    time.sleep(0.1)
    process.send_signal(number)
    process.communicate(timeout=2)
    assert process.returncode == status


def test_watch_interrupted_before_there_is_an_answer(portlight, prober):
    prober.mode = "silent"
    process = portlight.start("--watch", "1", TARGET, 443)
    wait_until(lambda: prober.asked, "asks nothing")
    process.send_signal(signal.SIGINT)
    assert (process.communicate(timeout=1)[0], process.returncode) == ("", 3)


def test_watch_survives_what_may_pass(portlight, prober):
    """A problem is told once; the same line after it, and the same problem, again."""
    prober.mode = "refuse"
    process = portlight.start("--json", "--watch", "1", TARGET, "80")

    def told():
        answer = json.loads(process.stdout.readline())
        return answer.get("type") or answer["addresses"][0]["ports"][0]["state"]

    wait_until(lambda: len(prober.asked) == 2, "gives up")
    prober.mode = "answer"
    wait_until(lambda: len(prober.asked) == 4, "gives up")
    assert [told(), told()] == ["/problems/busy", "closed"]
    for _ in range(2):
        prober.stop()
        assert told() == "/problems/prober-unavailable"
        prober.start()
        assert told() == "closed"
    prober.verdicts = {(TARGET, 80): fake_prober.OPEN}
    assert told() == "open"
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, len(err.splitlines())) == (0, "", 3)


def test_watch_waits_as_long_as_it_is_told_to(portlight, prober):
    prober.mode, prober.refusal = "refuse", ("rate-limited", 0xFF, 1500)
    process = portlight.start("--watch", "1", TARGET, "443")
    wait_until(lambda: prober.asked, "asks nothing")
    started = time.monotonic()
    prober.mode = "answer"
    process.communicate(timeout=10)
    assert process.returncode == 0 and time.monotonic() - started > 1.9


@pytest.mark.parametrize(
    "arguments, status", ((("127.0.0.1", 443), 4), ((TARGET, 81), 4), ((TARGET, "no"), 2)), ids=str
)
def test_watch_does_not_wait_in_vain(arguments, status, portlight):
    assert portlight("--watch", "60", *arguments).returncode == status


@pytest.mark.parametrize("seconds", ("0", "-1", "1.5", "86401", "", "x"))
def test_watch_needs_seconds(seconds, portlight):
    done = portlight(f"--watch={seconds}", TARGET, 443)
    assert done.returncode == 2
    assert f"--watch must be 1 to 86400 seconds: {seconds}\n" in done.stderr

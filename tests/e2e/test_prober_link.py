# SPDX-License-Identifier: BSD-2-Clause
"""The prober goes away, comes back, hangs or sends nonsense; no request ever hangs."""
import http.client
import signal
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

import wire
from fake_prober import OPEN, result
from frontend import ANSWER_TIMEOUT_S, TARGET, TARGET_IPV6, Frontend
from service import wait_until

TARGETS = [f"93.184.216.{number}" for number in range(8)]
UNDER_WAY = len(TARGETS)
AT_ONCE_S = 3  # generous; what must not happen is to wait for a timeout
JOB_LOST_S = 8  # 3.6 s of the prober's, 1 s of grace, and the tick that notices
EVENTS = {"Accept": "text/event-stream"}

RIGHT = wire.Verdict("open", "syn-ack", "accept", "host", "certain", sent=1)


def said(port=443, last=True, job_offset=0, **changed):
    """A RESULT that is right except for the given changes."""
    return lambda job: replace(RIGHT, **changed).encode(job + job_offset, port, last)


def refused(reason="busy", index=wire.NO_PORT):
    return lambda job: wire.refused(job, reason, index)


# Messages that the wire does not know: the session ends, and a new one begins.
GARBAGE = {
    "random bytes": lambda job: bytes(range(1, 60)),
    "one byte": lambda job: b"\x84",
    "unknown type": lambda job: b"\x7f" * 11,
    "type 0": lambda job: b"\0" * 11,
    "a client's message": lambda job: wire.encode(wire.CANCEL, job),
    "WELCOME again": lambda job: wire.encode(wire.WELCOME, wire.MAGIC, wire.VERSION, 3, 3000, 600),
    "RESULT cut": lambda job: said()(job)[:-1],
    "oversized": lambda job: said()(job) + bytes(5000),
    "state out of range": said(state=4),
    "ttl 256": said(ttl=256),
    "hops -2": said(hops=-2),
    "icmp type 300": said(icmp_type=300, icmp_code=0),
    "responder of no family": said(responder=(5, bytes(16))),
    "responder IPv4 with a tail": said(responder=(4, bytes([1] * 16))),
    "unknown flag": lambda job: said()(job)[:5] + b"\x03" + said()(job)[6:],
    "refusal 0": refused(reason=0),
    "refusal of port 3": refused(index=3),
}

# What a newer prober may say: each costs the word or the field, not the session.
NEWER = {
    "RESULT and a byte": (lambda job: said()(job) + b"\0", {}),
    "new reason": (said(reason=200), {"reason": "other"}),
    "new disposition": (said(disposition=6), {"disposition": "unknown"}),
    "new actor": (said(actor=6), {"actor": "unknown"}),
    "new confidence": (said(confidence=3), {"confidence": "guess"}),
    "new evidence": (said(evidence=1 << 63 | 1 << 9), {"evidence": ["retransmitted"]}),
}

# Well-formed, but no answer to what was asked: the check is lost, no more.
MISPLACED = {
    "another port": said(port=80),
    "last too early": said(last=True),
    "a port twice": said(last=False),
}


def timed(call, *arguments, **keywords):
    """What the call returned, and the seconds it took."""
    start = time.monotonic()
    return call(*arguments, **keywords), time.monotonic() - start


def assert_unavailable(answer):
    assert answer.is_problem(503, "prober-unavailable"), answer
    assert int(answer.header("Retry-After")) >= 1


def assert_works_again(frontend):
    frontend.prober.mode = "answer"
    frontend.wait_ready()
    assert frontend.check().status == 200


def begin_checks(frontend, pool, **keywords):
    """Checks under way that the prober has and does not answer."""
    frontend.prober.mode = "silent"
    frontend.prober.forget()
    futures = [pool.submit(frontend.check, target, 443, **keywords) for target in TARGETS]
    wait_until(lambda: len(frontend.prober.asked) == UNDER_WAY, "checks under way")
    return futures


@pytest.fixture(scope="module")
def linked():
    with Frontend() as frontend:
        yield frontend


@pytest.fixture
def link(linked):
    """One frontend for the module, linked and well before each test and after it."""
    assert_works_again(linked)
    linked.prober.forget()
    yield linked
    assert linked.process.poll() is None, linked.log
    assert_works_again(linked)


def test_no_prober_from_the_start(make_frontend):
    frontend = make_frontend(prober_runs=False)
    assert_unavailable(frontend.get("/readyz"))
    assert frontend.get("/healthz").status == 200
    for path in ("/api/v1/check", "/"):
        answer, seconds = timed(frontend.check, path=path)
        assert answer.status == 503 and seconds < AT_ONCE_S
    assert_unavailable(frontend.check())
    assert_unavailable(frontend.post({"host": TARGET, "ports": [443]}))
    assert frontend.get("/api/v1/me").status == 200
    frontend.prober.start()
    frontend.wait_ready()
    assert frontend.check().status == 200


def test_it_dies_with_requests_under_way(make_frontend):
    frontend = make_frontend()
    with ThreadPoolExecutor(UNDER_WAY) as pool:
        futures = begin_checks(frontend, pool)
        start = time.monotonic()
        frontend.prober.stop()
        for future in futures:
            assert_unavailable(future.result(ANSWER_TIMEOUT_S))
        assert time.monotonic() - start < AT_ONCE_S
    assert_unavailable(frontend.get("/readyz"))
    assert_unavailable(frontend.check())
    frontend.prober.start()
    assert_works_again(frontend)


def test_it_dies_with_event_streams_under_way(link):
    with ThreadPoolExecutor(UNDER_WAY) as pool:
        futures = begin_checks(link, pool, headers=EVENTS)
        link.prober.hang_up()
        for future in futures:
            names = [name for name, _ in future.result(ANSWER_TIMEOUT_S).events]
            assert names == ["resolved", "error"]


def test_it_dies_ten_times(link):
    for _ in range(10):
        link.prober.hang_up()
        wait_until(lambda: link.check().status == 200, "it does not come back")


def test_it_dies_between_two_ports(link):
    link.prober.mode = "say"

    def one_then_die(job):
        link.prober.send_everywhere(result(job, False, TARGET, 443, OPEN))
        link.prober.hang_up()
        return b""

    link.prober.said = one_then_die
    assert_unavailable(link.check(TARGET, 443, 80))


def test_it_dies_with_both_families_under_way(link):
    link.dns.zone["dual.vectors.net"] = {"A": [TARGET], "AAAA": [TARGET_IPV6]}
    with ThreadPoolExecutor(1) as pool:
        link.prober.mode = "silent"
        future = pool.submit(link.check, "dual.vectors.net", 443)
        wait_until(lambda: len(link.prober.asked) == 2, "both families under way")
        link.prober.hang_up()
        assert_unavailable(future.result(ANSWER_TIMEOUT_S))


def test_it_never_answers_a_check(link):
    link.prober.mode = "silent"
    answer, seconds = timed(link.check)
    assert_unavailable(answer)
    assert seconds < JOB_LOST_S
    assert link.get("/readyz").status == 200, "it answers pings"
    wait_until(lambda: len(link.prober.cancelled) == 1, "nobody waits for it any more, and it is told")


def test_it_answers_a_part(link):
    link.prober.mode, link.prober.said = "say", lambda job: result(job, False, TARGET, 443, OPEN)
    answer, seconds = timed(link.check, TARGET, 443, 80)
    assert_unavailable(answer)
    assert seconds < JOB_LOST_S


def test_it_hangs_entirely(link):
    """Connected, but silent: after some pings it counts as gone."""
    link.prober.mode = "mute"
    wait_until(lambda: link.get("/readyz").status == 503, "a mute prober counts as ready")
    answer, seconds = timed(link.check)
    assert_unavailable(answer)
    assert seconds < AT_ONCE_S
    link.prober.hang_up()


def test_it_never_says_welcome(make_frontend):
    frontend = make_frontend(prober_runs=False)
    frontend.prober.mode = "mute"
    frontend.prober.start()
    wait_until(lambda: frontend.prober.sessions > 0, "nobody connects")
    assert frontend.get("/readyz").status == 503
    assert_unavailable(frontend.check())
    frontend.prober.hang_up()
    assert_works_again(frontend)


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage(link, case):
    sessions = link.prober.sessions
    link.prober.mode, link.prober.said = "say", GARBAGE[case]
    answer, seconds = timed(link.check)
    assert_unavailable(answer)
    assert seconds < AT_ONCE_S
    wait_until(lambda: link.prober.sessions > sessions, "it does not connect again")


def test_an_open_descriptor_comes_with_a_message(link):
    """A descriptor sent along is a violation, whatever the message says."""
    sessions = link.prober.sessions

    def with_descriptor(job):
        link.prober.send_everywhere(said()(job), descriptors=[0])
        return wire.encode(wire.PONG, 1, 0, 0, 0, 0)

    link.prober.mode, link.prober.said = "say", with_descriptor
    assert_unavailable(link.check())
    wait_until(lambda: link.prober.sessions > sessions, "it does not connect again")


@pytest.mark.parametrize("case", NEWER)
def test_a_newer_prober(link, case):
    """Of two versions side by side, while one of them is restarted, every job is answered."""
    sessions = link.prober.sessions
    said_newer, changed = NEWER[case]
    link.prober.mode, link.prober.said = "say", said_newer
    [port] = link.check().json["addresses"][0]["ports"]
    assert port["state"] == "open"
    assert {key: port[key] for key in changed} == changed
    assert link.prober.sessions == sessions


def test_a_newer_prober_has_new_messages(link):
    sessions = link.prober.sessions
    link.prober.send_everywhere(b"\xff" * 11)
    assert link.check().status == 200
    assert link.prober.sessions == sessions


def test_a_newer_prober_has_new_refusals(link):
    sessions = link.prober.sessions
    link.prober.mode, link.prober.said = "say", refused(reason=99)
    answer = link.check()
    assert answer.is_problem(403, "target-not-allowed", "refused"), answer
    assert link.prober.sessions == sessions


@pytest.mark.parametrize("case", MISPLACED)
def test_misplaced_results(link, case):
    link.prober.mode, link.prober.said = "say", MISPLACED[case]
    ports = (443, 22) if case == "last too early" else (443,)
    answer, seconds = timed(link.check, TARGET, *ports)
    assert_unavailable(answer)
    assert seconds < JOB_LOST_S


def test_results_for_jobs_that_nobody_has(link):
    sessions = link.prober.sessions
    for job in (0, 1, 2**31, 2**32 - 1):
        link.prober.send_everywhere(said()(job))
        link.prober.send_everywhere(refused()(job))
    assert link.check().status == 200
    assert link.prober.sessions == sessions


def test_a_client_that_leaves_its_event_stream(link):
    """libevent notices with the first write; the second port may find nobody any more."""
    jobs = []
    pong = wire.encode(wire.PONG, 1, 0, 0, 0, 0)
    link.prober.mode, link.prober.said = "say", lambda job: jobs.append(job) or pong
    address, port = link.listen.split(":")
    with socket.create_connection((address, int(port))) as client:
        client.sendall(
            f"GET /api/v1/check?host={TARGET}&ports=443,80 HTTP/1.1\r\n"
            f"Host: {link.listen}\r\nAccept: text/event-stream\r\n\r\n".encode()
        )
        assert b"event: resolved" in client.recv(4096)
        wait_until(lambda: jobs, "the check is not under way")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.prober.send_everywhere(result(jobs[0], False, TARGET, 443, OPEN))
    assert link.get("/healthz").status == 200
    link.prober.send_everywhere(result(jobs[0], True, TARGET, 80, OPEN))
    wait_until(lambda: "portlight_checks_pending 0" in link.get("/metrics").text, "still pending")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_without_work(make_frontend, number):
    frontend = make_frontend()
    frontend.process.send_signal(number)
    assert frontend.process.wait(ANSWER_TIMEOUT_S) == 0
    with pytest.raises(ConnectionRefusedError):
        frontend.check()


def test_stop_waits_for_a_request_under_way(make_frontend):
    frontend = make_frontend()
    frontend.prober.delay_s = 1
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(frontend.check, TARGET, 443)
        wait_until(lambda: frontend.prober.asked, "the check is not under way")
        assert frontend.stop() == 0
        future.exception(ANSWER_TIMEOUT_S)
    assert frontend.prober.cancelled == []


def test_stop_waits_as_long_as_the_configuration_lets_a_check_take(make_frontend):
    frontend = make_frontend(policy={"linger-ms": 2000})
    frontend.prober.linger_ms = 2000
    frontend.prober.hang_up()
    wait_until(lambda: frontend.prober.sessions == 2, "no second session")
    frontend.wait_ready()
    frontend.prober.delay_s = 5  # timeout-ms and linger-ms
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(frontend.check, TARGET, 443)
        wait_until(lambda: frontend.prober.asked, "the check is not under way")
        assert frontend.stop() == 0
        assert future.result(ANSWER_TIMEOUT_S).status == 200


def test_stop_ends_the_connection_of_who_asks_on_and_on(make_frontend):
    frontend = make_frontend()
    frontend.prober.delay_s = 1
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(frontend.check, TARGET, 443)
        wait_until(lambda: frontend.prober.asked, "the check is not under way")
        kept = http.client.HTTPConnection(frontend.listen, timeout=ANSWER_TIMEOUT_S)
        said = []

        def ask():
            kept.request("GET", "/healthz")
            response = kept.getresponse()
            response.read()
            said.append(response.getheader("Connection"))
            return said[-1] == "close"

        assert not ask()
        frontend.process.terminate()
        wait_until(ask, "it is not told to go")
        assert kept.sock is None
        assert frontend.process.wait(ANSWER_TIMEOUT_S) == 0
        future.exception(ANSWER_TIMEOUT_S)


def test_stop_loses_no_answer(make_frontend):
    """An answer is not given before it is written: ten times, because it is a race."""
    for _ in range(10):
        frontend = make_frontend()
        frontend.prober.delay_s = 0.2
        with ThreadPoolExecutor(UNDER_WAY) as pool:
            futures = [pool.submit(frontend.check, target, 443) for target in TARGETS]
            wait_until(lambda: len(frontend.prober.asked) == UNDER_WAY, "checks under way")
            assert frontend.stop() == 0
            assert {future.result(ANSWER_TIMEOUT_S).status for future in futures} == {200}


def test_stop_does_not_wait_for_ever(make_frontend):
    frontend = make_frontend()
    with ThreadPoolExecutor(UNDER_WAY) as pool:
        futures = begin_checks(frontend, pool)
        status, seconds = timed(frontend.stop)
        assert status == 0 and seconds < JOB_LOST_S
        for future in futures:
            try:
                assert_unavailable(future.result(ANSWER_TIMEOUT_S))
            except OSError:
                pass  # cut off at the end of the grace

# SPDX-License-Identifier: BSD-2-Clause
"""Whatever happens to portlightd, its own sandbox never kills it.

Full tables, floods of its log, SIGHUP, refused memory, peers that die, stop under work.
"""
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import memory_limit
import odd_configs
from frontend import ANSWER_TIMEOUT_S, TARGET
from largest import NAME, PORTS, prepare
from sandboxed import death_of, unharmed, without_vdso
from service import BUILD, ROOT, wait_until

EVERYTHING = {"packets": "true", "trace": "true"}
ASKERS = 8
SPARE = (0, 100_000, 1 << 20, 4 << 20)
REFUSED_S, BETWEEN_S = 0.5, 0.1
STOP_S = 10
RELOADED = "[reload]: "


def is_well(frontend):
    return frontend.get("/metrics").status == 200 and frontend.check(TARGET, 443).status == 200


def whole(frontend):
    return unharmed(frontend.process, lambda: is_well(frontend), lambda: frontend.log)


def reload(frontend):
    """Waits until it is done: a change, or none."""
    before = frontend.log.count(RELOADED)
    frontend.process.send_signal(signal.SIGHUP)
    wait_until(
        lambda: frontend.log.count(RELOADED) > before or frontend.process.poll() is not None,
        "SIGHUP is not heard",
    )


def try_to(ask):
    """Its answer, None where there is none."""
    try:
        return ask()
    except (OSError, http.client.HTTPException):
        return None


class Work:
    """A context of visitors who keep asking, in every form."""

    def __init__(self, frontend, host=TARGET, ports=(443,)):
        self._frontend, self._host, self._ports = frontend, host, ports
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(i,)) for i in range(ASKERS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        time.sleep(BETWEEN_S)

    def __exit__(self, *_):
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number):
        paths = ("/api/v1/check", "/", "/live/de", "/metrics")
        while not self._done.wait(0.01):
            try_to(lambda: self._frontend.check(
                self._host, *self._ports, path=paths[number % len(paths)], **EVERYTHING
            ))  # fmt: skip


# --- SIGHUP ----------------------------------------------------------------------------


def test_every_configuration(make_frontend):
    frontend = make_frontend()
    good = frontend.config.read_bytes()
    with whole(frontend), Work(frontend):
        for name in odd_configs.NAMES:
            taken = odd_configs.put(frontend.config, name)
            before = frontend.log.count("nothing was changed")
            reload(frontend)
            assert frontend.process.poll() is None, f"{name}: {death_of(frontend.process)}"
            assert (frontend.log.count("nothing was changed") == before) == taken, name
        odd_configs.remove(frontend.config)
        frontend.config.write_bytes(good)
        reload(frontend)


def test_signals_by_the_hundred(make_frontend):
    frontend = make_frontend()
    with whole(frontend), Work(frontend):
        for _ in range(300):
            frontend.process.send_signal(signal.SIGHUP)
            time.sleep(0.002)
        for number in (signal.SIGPIPE, signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH):
            frontend.process.send_signal(number)
            time.sleep(BETWEEN_S)


# --- full tables -------------------------------------------------------------------------


def connect(frontend):
    address, port = frontend.listen.split(":")
    return socket.create_connection((address, int(port)), ANSWER_TIMEOUT_S)


def test_no_descriptor_left(make_frontend):
    """No descriptors for visitors, name servers and the prober: the limit is lowered at run time."""
    frontend = make_frontend(limits={"client-connections": 0})
    frontend.dns.zone["few.vectors.net"] = {"TC": True, "tcp": {"A": [TARGET]}}
    taken = len(os.listdir(f"/proc/{frontend.process.pid}/fd"))
    with whole(frontend):
        memory_limit.set_limit(frontend.process, f"--nofile={taken + 3}:")
        held = [connect(frontend) for _ in range(40)]
        time.sleep(REFUSED_S)
        for sock in held[3:]:
            sock.close()
        memory_limit.set_limit(frontend.process, f"--nofile={taken + 1}:")
        for sock in held[:3]:
            sock.close()
        time.sleep(REFUSED_S)
        for _ in range(3):
            try_to(lambda: frontend.check("few.vectors.net", 443))
        frontend.prober.hang_up()
        time.sleep(REFUSED_S)
        reload(frontend)
        memory_limit.set_limit(frontend.process, "--nofile=1024:")
        wait_until(lambda: is_well(frontend), "it does not recover")
    assert "Too many open files" in frontend.log


def test_all_connections_and_their_end(make_frontend):
    frontend = make_frontend(limits={"max-connections": 200, "client-connections": 150})
    with whole(frontend):
        held = []
        for number in range(300):
            sock = socket.socket()
            sock.bind((f"127.0.0.{1 + number % 3}", 0))
            sock.setblocking(False)
            sock.connect_ex((frontend.listen.split(":")[0], int(frontend.listen.split(":")[1])))
            held.append(sock)
        time.sleep(REFUSED_S)
        for sock in held:
            sock.close()
        wait_until(lambda: try_to(lambda: is_well(frontend)), "it does not recover", 20)


def test_all_lookups(make_frontend):
    """More silent names than there is room for, and then one that answers."""
    frontend = make_frontend(
        resolver={"timeout-ms": 3000}, limits={"client-connections": 0, "max-pending": 2000}
    )
    count = 1100
    frontend.dns.zone.update({f"s{i}.silent.net": {"timeout": True} for i in range(count)})
    request = "GET /api/v1/check?host=s%d.silent.net&ports=443 HTTP/1.1\r\nHost: x\r\n\r\n"
    with whole(frontend):
        held = []
        for number in range(count):
            held.append(connect(frontend))
            held[-1].sendall((request % number).encode())
        answers = [sock.recv(65536) for sock in held]
        for sock in held:
            sock.close()
        assert any(b" 503 " in answer for answer in answers), "there was room for all"
        assert any(b"dns-timeout" in answer for answer in answers)


def test_all_checks_and_all_limits(make_frontend):
    """Visitors of many networks behind a proxy: full tables, and every kind of refusal."""
    frontend = make_frontend(
        http={"trusted-proxies": ["127.0.0.1"]},
        limits={"client-connections": 0, "client-quota": 3, "target-quota": 20, "max-pending": 30,
                "client-targets": 2, "client-checks": 2},
    )  # fmt: skip
    frontend.prober.delay_s = 0.05

    def ask(number):
        headers = {"X-Forwarded-For": f"2001:db8:{number % 3000:x}::{number:x}"}
        target = f"93.184.{number % 7}.{number % 11}"
        path = ("/api/v1/check", "/", "/live")[number % 3]
        return frontend.check(target, 443, path=path, headers=headers).status

    with unharmed(frontend.process, lambda: frontend.get("/metrics").status == 200):
        with ThreadPoolExecutor(40) as pool:
            statuses = set(pool.map(ask, range(6000)))
        assert statuses >= {200, 429}
        assert frontend.get("/api/v1/limits").status == 200


def test_all_files_that_are_kept(make_frontend):
    """More than a ring of 256, and more than 8 MB of them."""
    frontend = make_frontend()
    for packets, answers in ((1, 300), (512, 16)):
        prepare(frontend, packets)
        with whole(frontend):
            for _ in range(answers):
                answer = frontend.check(NAME, *PORTS, path="/", **EVERYTHING)
                assert "pcap/" in answer.text


# --- its log -----------------------------------------------------------------------------


def make_it_talk(frontend):
    """A prober that talks nonsense at once each time, and SIGHUP."""
    for _ in range(20):
        frontend.prober.send_everywhere(b"\x1b[2J\r\nforged" * 20)
        frontend.process.send_signal(signal.SIGHUP)
        time.sleep(BETWEEN_S)
    frontend.wait_ready()


def test_a_flood_of_its_log(make_frontend):
    frontend = make_frontend()
    with whole(frontend):
        make_it_talk(frontend)


def test_nobody_reads_its_log(make_frontend):
    frontend = make_frontend(start=False)
    ours, theirs = os.pipe()
    frontend.process = subprocess.Popen(
        [BUILD / "portlightd", "-c", frontend.config], stderr=theirs
    )
    os.close(theirs)
    try:
        wait_until(lambda: try_to(lambda: frontend.get("/readyz").status == 200), "not ready")
        os.close(ours)
        with unharmed(frontend.process, lambda: is_well(frontend)):
            make_it_talk(frontend)
    finally:
        assert frontend.stop() == 0


# --- peers that die ------------------------------------------------------------------------


def test_the_prober_dies_in_every_way(make_frontend):
    frontend = make_frontend()
    prepare(frontend, 192)
    with whole(frontend):
        with Work(frontend, NAME, PORTS):
            for _ in range(5):
                frontend.prober.hang_up()
                time.sleep(BETWEEN_S)
                frontend.prober.stop()
                time.sleep(BETWEEN_S)
                frontend.prober.start()
                frontend.prober.mode = "mute"
                time.sleep(BETWEEN_S)
                frontend.prober.hang_up()
                frontend.prober.mode = "answer"
            frontend.prober.send_everywhere(bytes(4096))
        frontend.wait_ready()


def test_the_name_server_dies(make_frontend):
    frontend = make_frontend()
    frontend.dns.zone["dying.vectors.net"] = {"TC": True, "tcp": {"A": [TARGET]}}
    with whole(frontend):
        assert frontend.check("dying.vectors.net", 443).status == 200
        with Work(frontend, "dying.vectors.net"):
            frontend.dns.__exit__(None, None, None)
            time.sleep(REFUSED_S)
            assert frontend.check("dying.vectors.net", 443).status == 422


# --- refused memory ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", memory_limit.KINDS)
@pytest.mark.parametrize("spare", SPARE)
def test_refused_memory(make_frontend, kind, spare):
    """It goes on, or says that it can't and ends by itself; main.c keeps a reserve for that."""
    frontend = make_frontend()
    prepare(frontend, 192)
    process = frontend.process
    memory_limit.refuse(process, kind, spare)
    for _ in range(4):
        for path in ("/", "/de", "/live", "/api/v1/check", "/metrics"):
            try_to(lambda path=path: frontend.check(NAME, *PORTS, path=path, **EVERYTHING))
    with ThreadPoolExecutor(ASKERS) as pool:
        list(pool.map(lambda _: try_to(lambda: is_well(frontend)), range(ASKERS)))
    death = death_of(process, REFUSED_S)
    if death is not None:
        assert (death, "out of memory" in frontend.log) == ("status 1", True), death
        return
    memory_limit.allow(process, kind)
    assert is_well(frontend)


@pytest.mark.parametrize("kind", memory_limit.KINDS)
def test_refused_memory_at_sighup(make_frontend, kind):
    """config.c gives up then, on purpose (SIGABRT): a restart is the answer."""
    frontend = make_frontend()
    odd_configs.put(frontend.config, "40,000 prefixes")
    memory_limit.refuse(frontend.process, kind, 0)
    for _ in range(5):
        if frontend.process.poll() is None:
            frontend.process.send_signal(signal.SIGHUP)
            time.sleep(BETWEEN_S)
    assert death_of(frontend.process, REFUSED_S) in (None, "killed by SIGABRT", "status 1")


def test_the_scanner_is_refused_memory(make_frontend, tmp_path):
    """libconfuse's ends the process with the status of wrong usage, after which systemd would not
    start it again: here it ends with another."""
    library = tmp_path / "failing_malloc.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, ROOT / "tests/lab/failing_malloc.c"],
                   check=True, timeout=60)  # fmt: skip
    frontend = make_frontend(start=False)
    frontend.start("env", f"LD_PRELOAD={library}", "FAIL_SIZE=16000", "FAIL_SPARES=portlightd")
    frontend.process.send_signal(signal.SIGUSR2)
    time.sleep(BETWEEN_S)
    frontend.process.send_signal(signal.SIGHUP)
    assert death_of(frontend.process, STOP_S) == "status 1", frontend.log


# --- clocks ------------------------------------------------------------------------------------


def test_each_look_at_a_clock_is_a_system_call(make_frontend, tmp_path):
    frontend = make_frontend(start=False)
    prepare(frontend, 192)
    frontend.start(without_vdso(tmp_path))
    frontend.wait_ready()
    with whole(frontend):
        for path in ("/", "/de", "/live", "/api/v1/check", "/metrics"):
            assert frontend.check(NAME, *PORTS, path=path, **EVERYTHING).status == 200
        frontend.dns.zone["clock.vectors.net"] = {"TC": True, "tcp": {"A": [TARGET]}}
        assert frontend.check("clock.vectors.net", 443).status == 200
        reload(frontend)


# --- the end -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_under_work(make_frontend, number):
    """Checks, streams, lookups and files under way; told twice, and to reload as well."""
    frontend = make_frontend()
    prepare(frontend, 192)
    frontend.dns.zone["slow.vectors.net"] = {"timeout": True}
    frontend.prober.delay_s = 0.3
    with Work(frontend, NAME, PORTS), Work(frontend, "slow.vectors.net"):
        idle = [connect(frontend) for _ in range(20)]
        for told in (number, signal.SIGHUP, number):
            if frontend.process.poll() is None:
                frontend.process.send_signal(told)
            time.sleep(BETWEEN_S)
        assert frontend.process.wait(STOP_S) == 0, frontend.log
    for sock in idle:
        sock.close()


def test_stop_with_a_prober_that_is_silent(make_frontend):
    frontend = make_frontend()
    frontend.prober.mode = "silent"
    with Work(frontend):
        time.sleep(REFUSED_S)
        frontend.process.terminate()
        assert frontend.process.wait(STOP_S) == 0, frontend.log

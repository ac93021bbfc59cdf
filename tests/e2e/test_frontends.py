# SPDX-License-Identifier: BSD-2-Clause
"""Several frontends: one quota for all together, whatever is cut off, starts again, or lies."""
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest
import wire
from fleet import ENGINE, Fleet
from frontend import TARGET, Frontend
from nats_client import NatsClient
from service import BUILD, config_text, wait_until

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")

NAMES = ("f1", "f2", "f3", "f4")
QUOTA, WINDOW_S = 40, 4
LIMITS = {"client-quota": QUOTA, "client-window-s": WINDOW_S, "client-targets": 0, "target-quota": 0,
          "client-connections": 0, "networks": False}  # fmt: skip


@contextmanager
def several(names=NAMES, limits=None, **options):
    """A fleet without places, and its portlightds."""
    with ExitStack() as stack:
        fleet = stack.enter_context(Fleet(places=(), frontends=names, **options))
        yield fleet, [
            stack.enter_context(Frontend(fleet=fleet.fleet_section(name), limits=limits or LIMITS))
            for name in names
        ]


def metric(frontend, name):
    [value] = [line.split()[1] for line in frontend.get("/metrics").text.splitlines()
               if line.startswith(name + " ")]  # fmt: skip
    return float(value)


def share(frontend):
    return metric(frontend, 'portlight_limits_share{limit="client"}')


def hears(frontend, name):
    return metric(frontend, f'portlight_frontend_heard{{frontend="{name}"}}') == 1


def wait_share(frontends, wanted):
    for frontend in frontends:
        wait_until(lambda: share(frontend) == wanted, f"{frontend.log}: no share of {wanted}",
                   4 * WINDOW_S + 10)  # fmt: skip


def remaining(frontend):
    return frontend.get("/api/v1/limits").json["client"]["remaining"]


def attack(frontends, seconds):
    """How many checks one visitor gets who asks all frontends as fast as possible, and how long it took."""
    granted = [0] * len(frontends)
    began = time.monotonic()

    def ask(number):
        while time.monotonic() - began < seconds:
            granted[number] += frontends[number].check(TARGET).status == 200

    threads = [threading.Thread(target=ask, args=[number]) for number in range(len(frontends))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(granted), time.monotonic() - began


def one_grants(seconds):
    return QUOTA + QUOTA * seconds / WINDOW_S


@pytest.fixture(scope="module")
def four():
    with several() as (fleet, frontends):
        yield fleet, frontends


def test_they_begin_with_a_share_and_become_one(four):
    _, frontends = four
    assert all("1 of 4 frontends" not in frontend.log or share(frontend) for frontend in frontends)
    wait_share(frontends, 1)
    assert all(hears(frontend, name) for frontend in frontends for name in NAMES)


def test_what_one_charges_all_have(four):
    _, frontends = four
    wait_share(frontends, 1)
    wait_until(lambda: all(remaining(f) == QUOTA for f in frontends), "not idle", 30)
    told = metric(frontends[0], "portlight_charges_told_total")
    taken = [metric(frontend, "portlight_charges_taken_total") for frontend in frontends[1:]]
    # on a slow machine some of the quota comes back meanwhile, so it proves nothing
    for _ in range(QUOTA):
        assert frontends[0].check(TARGET).status == 200
    wait_until(lambda: metric(frontends[0], "portlight_charges_told_total") >= told + QUOTA, "not told")
    told = metric(frontends[0], "portlight_charges_told_total") - told
    for frontend, before in zip(frontends[1:], taken):
        wait_until(lambda: metric(frontend, "portlight_charges_taken_total") >= before + told,
                   "not taken")  # fmt: skip


def test_who_spreads_gains_nothing(four):
    """Four that know nothing of each other grant 4.0 of what one grants."""
    _, frontends = four
    wait_share(frontends, 1)
    granted, took = attack(frontends, 6 * WINDOW_S)
    # one burst of each at most, before the others hear of it
    assert granted <= one_grants(took) + 3 * QUOTA, granted / one_grants(took)
    # and that is debt: afterwards nobody has anything until it is paid
    granted, took = attack(frontends, 4 * WINDOW_S)
    assert granted <= one_grants(took), granted / one_grants(took)


def test_cut_off_they_grant_a_share(four):
    fleet, frontends = four
    wait_share(frontends, 1)
    fleet.engines[0].stop()
    wait_share(frontends, 0.25)
    attack(frontends, WINDOW_S)  # a burst of each, which each remembers
    granted, took = attack(frontends, 4 * WINDOW_S)
    assert granted <= one_grants(took), granted / one_grants(took)
    assert all(frontend.get("/readyz").status == 200 for frontend in frontends)
    fleet.engines[0].start()
    wait_share(frontends, 1)  # at once: nothing was lost
    assert all(metric(frontend, "portlight_charges_lost_total") == 0 for frontend in frontends)


def test_one_is_cut_off(four):
    fleet, frontends = four
    wait_share(frontends, 1)
    fleet.askers["f4"].process.send_signal(signal.SIGSTOP)
    try:
        wait_share(frontends[:3], 0.75)
        wait_share(frontends[3:], 0.25)
        assert not hears(frontends[0], "f4") and hears(frontends[0], "f2")
    finally:
        fleet.askers["f4"].process.send_signal(signal.SIGCONT)
    wait_share(frontends, 1)


def test_a_restart_is_no_gift(four):
    _, frontends = four
    wait_share(frontends, 1)
    for _ in range(3):
        attack(frontends, WINDOW_S)
        frontends[1].stop()
        frontends[1].start()
        frontends[1].wait_ready()
        granted, took = attack(frontends, WINDOW_S)
        assert granted <= one_grants(took) + 3 * QUOTA
    granted, took = attack(frontends, 4 * WINDOW_S)
    assert granted <= one_grants(took), granted / one_grants(took)
    wait_share(frontends, 1)
    assert "as they were left" in frontends[1].log


def test_a_machine_that_forgot_grants_a_share_for_a_window(four):
    _, frontends = four
    wait_share(frontends, 1)
    frontends[2].stop()
    shutil.rmtree(frontends[2].directory / "portlightd")
    frontends[2].start()
    frontends[2].wait_ready()
    assert share(frontends[2]) == 0.25
    wait_share(frontends, 1)


# --- packets ---------------------------------------------------------------------------------


def packet_link(frontend):
    page = frontend.check(TARGET, path="/", packets="true", headers={"Sec-Fetch-Site": "none"}).text
    start = page.index('href="pcap/') + 6
    return "/" + page[start : page.index('"', start)]


@pytest.fixture
def free(four):
    wait_share(four[1], 1)
    wait_until(lambda: all(remaining(f) == QUOTA for f in four[1]), "not idle", 30)
    return four


def test_packets_are_found_at_their_owner(free):
    _, frontends = free
    link = packet_link(frontends[2])
    assert link.startswith("/pcap/02") and len(link) == len("/pcap/") + 2 + 32
    own = frontends[2].get(link)
    assert own.status == 200 and own.body[:4] == b"\xa1\xb2\x3c\x4d"
    for frontend in frontends:
        answer = frontend.get(link)
        assert answer.status == 200 and answer.body == own.body
        assert answer.header("Content-Type") == "application/vnd.tcpdump.pcap"
    assert frontends[0].request("HEAD", link).status == 200


@pytest.mark.parametrize("file", ["02" + "0" * 32, "07" + "0" * 32, "ff" + "0" * 32, "0" * 32, "",
                                  "02" + "0" * 31, "02" + "G" * 32, "00" + "0" * 32])  # fmt: skip
def test_packets_that_are_nowhere(four, file):
    assert four[1][0].get(f"/pcap/{file}").status == 404


def test_the_owner_is_away(free):
    fleet, frontends = free
    link = packet_link(frontends[3])
    fleet.askers["f4"].stop()
    try:
        assert frontends[0].get(link).is_problem(503, "busy", "packets-away")
        assert frontends[3].get(link).status == 200
        wait_share(frontends[:3], 0.75)
    finally:
        fleet.askers["f4"].start()
    wait_share(frontends, 1)
    assert frontends[0].get(link).status == 200


def test_the_owner_hangs(free):
    """A late answer counts as none, so nobody waits for ever."""
    fleet, frontends = free
    link = packet_link(frontends[3])
    fleet.askers["f4"].process.send_signal(signal.SIGSTOP)
    try:
        assert frontends[0].get(link).is_problem(503, "busy", "packets-away")
    finally:
        fleet.askers["f4"].process.send_signal(signal.SIGCONT)
    wait_share(frontends, 1)


# --- who lies --------------------------------------------------------------------------------


def test_garbage_of_another_frontend(free):
    """By the certificate of f2, without the secret: nothing of it counts."""
    fleet, frontends = free
    before = metric(frontends[0], "portlight_statements_refused_total")
    with NatsClient(fleet, "f2", "frontend") as liar:
        for length in (0, 1, 8, 9, 100, 1000, 60000):
            liar.publish(f"pl.{wire.VERSION}.charge.f2", os.urandom(length))
        for length in (0, 1, 35, 36, 37, 5000):
            liar.publish(f"pl.{wire.VERSION}.keep.f1.f2", os.urandom(length),
                         f"pl.{wire.VERSION}.tell.f2.f1.{'0' * 40}")  # fmt: skip
            liar.publish(f"pl.{wire.VERSION}.keep.f1.f2", os.urandom(length), "pl.x")
            liar.publish(f"pl.{wire.VERSION}.keep.f1.f2", os.urandom(length))
        liar.flush()
        assert not liar.errors
    wait_until(lambda: metric(frontends[0], "portlight_statements_refused_total") >= before + 6,
               "not refused")  # fmt: skip
    assert remaining(frontends[0]) == QUOTA
    assert "malformed statement from f2" in frontends[0].log
    wait_share(frontends, 1)


def test_statements_told_again_charge_nobody_again(free):
    """An engine that repeats what it heard: recorded from f2's subject, played back to all."""
    fleet, frontends = free
    with NatsClient(fleet, "f1", "frontend") as spy, NatsClient(fleet, "f2", "frontend") as engine:
        spy.subscribe(f"pl.{wire.VERSION}.charge.f2")
        for _ in range(10):
            assert frontends[1].check(TARGET).status == 200
        heard = [spy.wait_message() for _ in range(3)]
        wait_until(lambda: remaining(frontends[0]) == QUOTA, "not back", 30)
        before = metric(frontends[0], "portlight_charges_taken_total")
        for _, _, payload in heard * 20:
            engine.publish(f"pl.{wire.VERSION}.charge.f2", payload)
        engine.flush()
        time.sleep(0.5)  # generous; nothing may happen
        assert metric(frontends[0], "portlight_charges_taken_total") == before
        assert remaining(frontends[0]) == QUOTA
    wait_share(frontends, 1)


def test_what_is_told_names_nobody(free):
    fleet, frontends = free
    with NatsClient(fleet, "f1", "frontend") as spy:
        spy.subscribe(f"pl.{wire.VERSION}.charge.*")
        assert frontends[1].check(TARGET).status == 200
        for _ in range(8):
            _, _, payload = spy.wait_message()
            assert socket.inet_aton("127.0.0.1") not in payload
            assert socket.inet_aton(TARGET) not in payload


@pytest.mark.skipif(os.geteuid() != 0, reason="takes other users")
def test_only_portlightd_may_speak_for_its_frontend(four):
    fleet, _ = four
    path = fleet.directory / "places-f1" / "_frontend.sock"
    code = ("import socket,sys; s=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET);"
            f"s.connect({str(path)!r}); s.settimeout(10); sys.exit(s.recv(1)!=b'')")
    # in the group, as a user of portlight(1) is
    group = path.stat().st_gid
    subprocess.run(["setpriv", "--reuid", "65534", "--regid", str(group), "--clear-groups",
                    "/usr/bin/python3", "-c", code], check=True, timeout=30)  # fmt: skip
    assert "refused a connection from a user that is not http.user" in fleet.askers["f1"].log


@pytest.mark.parametrize("data", [b"\x01", b"\x81" + bytes(20), b"\x01" + bytes(20) + b"x" * 60000,
                                  b"\x02" + bytes(4) + b"f2".ljust(16, b"\0"),
                                  b"\x02\0\0\0\1" + b"F2".ljust(16, b"\0")])  # fmt: skip
def test_a_portlightd_gone_bad(four, data):
    """It is disconnected, or ignored; the frontend's own fleet reconnects."""
    fleet, frontends = four
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as bad:
        bad.connect(str(fleet.directory / "places-f1" / "_frontend.sock"))
        bad.send(data)
    wait_share(frontends, 1)


def test_two_engines_and_one_of_them_dead():
    """Each statement comes twice and counts once; with either engine they hear each other."""
    with several(names=("f1", "f2"), engines=2, limits={**LIMITS, "client-window-s": 600}) as (
        fleet, frontends):  # fmt: skip
        for frontend in frontends:
            for name in ("f1", "f2"):
                wait_until(lambda: hears(frontend, name), f"{name} is not heard")
        for _ in range(5):
            assert frontends[0].check(TARGET).status == 200
        wait_until(lambda: metric(frontends[1], "portlight_charges_taken_total") >= 5, "not told")
        link = packet_link(frontends[0])
        for dead in (0, 1):
            fleet.engines[dead].stop()
            fleet.askers["f1"].wait_for("closed the connection")
            own = frontends[0].get(link)
            assert own.status == 200 and frontends[1].get(link).body == own.body
            told = metric(frontends[0], "portlight_charges_told_total")
            assert frontends[0].check(TARGET).status == 200
            wait_until(lambda: metric(frontends[1], "portlight_charges_taken_total") > told, "not told")
            fleet.engines[dead].start()
            wait_until(lambda: fleet.askers["f1"].log.count("connected to") >= 3 + dead, "not back")
            wait_until(lambda: fleet.askers["f2"].log.count("connected to") >= 3 + dead, "not back")
        assert metric(frontends[1], "portlight_charges_lost_total") == 0
        assert metric(frontends[0], "portlight_charges_told_total") >= metric(
            frontends[1], "portlight_charges_taken_total")  # fmt: skip


# --- the configuration -----------------------------------------------------------------------


def started(frontend, *options):
    frontend.process = subprocess.run([BUILD / "portlightd", "-c", frontend.config, *options],
                                      capture_output=True, text=True, timeout=20, check=False)  # fmt: skip
    return frontend.process


@pytest.mark.parametrize("text, mode, says", [
    (None, 0, "openssl rand -hex 16"), ("00112233445566778899aabbccddeef", 0o400, "not 32 hexadecimal"),
    ("zz112233445566778899aabbccddeeff", 0o400, "not 32 hexadecimal"),
    ("00112233445566778899aabbccddeeff", 0o444, "others may read it: chmod 400"),
])  # fmt: skip
def test_a_secret_that_is_none(tmp_path, text, mode, says):
    path = tmp_path / "secret"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    section = {"name": "f1", "frontends": ["f1", "f2"], "secret": str(path)}
    with Frontend(start=False, fleet=section) as frontend:
        done = started(frontend)
        checked = started(frontend, "--check-config")
    for status, stderr in [(done.returncode, done.stderr), (checked.returncode, checked.stderr)]:
        assert status == 78 and says in stderr and "fleet.secret" in stderr


@pytest.mark.parametrize("name, names, says", [
    ("f3", ["f1", "f2"], "fleet.name is not in fleet.frontends"),
    ("", ["f1", "f2"], "fleet.frontends doesn't name this machine"),
    ("f1", ["f1", "f1"], "twice"),
])  # fmt: skip
def test_frontends_that_are_wrong(tmp_path, name, names, says):
    path = tmp_path / "secret"
    path.write_text("0" * 32)
    path.chmod(0o400)
    section = {"name": name, "frontends": names, "secret": str(path)}
    with Frontend(start=False, fleet=section) as frontend:
        done = started(frontend)
    assert done.returncode == 78 and says in done.stderr
    config = tmp_path / "fleet.conf"
    config.write_text(config_text({"fleet": {**section, "engines": ["127.0.0.1:4222"]}}))
    done = subprocess.run([BUILD / "portlight-fleet", "-c", config, "--check-config"],
                          capture_output=True, text=True, timeout=20, check=False)  # fmt: skip
    assert done.returncode == 78 and (says in done.stderr or "nothing to do" in done.stderr)


def test_another_secret_is_no_gift(tmp_path):
    with several(names=("f1", "f2"), limits={**LIMITS, "client-window-s": 600}) as (fleet, frontends):
        wait_until(lambda: hears(frontends[0], "f2"), "not heard")
        while frontends[0].check(TARGET).status == 200:
            pass
        frontends[0].stop()
        fleet.secret.chmod(0o600)
        fleet.secret.write_text("f" * 32)
        fleet.secret.chmod(0o400)
        frontends[0].start()
        frontends[0].wait_ready()
        assert "limits start fully spent" in frontends[0].log
        assert frontends[0].check(TARGET).status == 429
        wait_until(lambda: "does it have another fleet.secret" in frontends[0].log, "not said")
        assert not hears(frontends[0], "f2") and share(frontends[0]) == 0.5


def test_the_host_name_names_the_frontend():
    """So all of them may have the same file."""
    host = socket.gethostname().split(".")[0]
    if not host.isascii() or len(host) > 16 or host.lower() != host:
        pytest.skip(f"no name of a frontend: {host}")
    with Fleet(places=(), frontends=(host, "f2"), start=False) as fleet:
        section = {**fleet.fleet_section(host), "name": ""}
        path = fleet.directory / f"{host}.conf"
        path.write_text(config_text({"fleet": section}))
        fleet.engines[0].start()
        fleet.askers[host].start()
        fleet.askers[host].wait_for(f"ready as {host}.frontend")
        with Frontend(fleet=section, limits=LIMITS) as frontend:
            assert hears(frontend, host)
            fleet.askers[host].wait_for("portlightd connected")


def test_alone_nothing_of_it_shows(make_frontend):
    frontend = make_frontend()
    assert "portlight_limits_share" not in frontend.get("/metrics").text
    assert "share" not in frontend.log

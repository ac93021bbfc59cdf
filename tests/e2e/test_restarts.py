# SPDX-License-Identifier: BSD-2-Clause
"""Limits outlive the daemon, however it ends: a restart gives nobody a new quota.

Windows are an hour long, so that next to nothing comes back while a test runs.
"""
import itertools
import os
import signal
import time

import pytest

from frontend import TARGET

HOUR_S = 3600
KILLS, ASKED_PER_LIFE = 32, 3
QUOTA = 20
PROXY = {"trusted-proxies": ["127.0.0.1"]}


def target(number):
    return f"93.184.216.{number}"


def by_way_of(number):
    return {"X-Forwarded-For": f"198.51.100.{number}"}


def from_elsewhere(number):
    """Each from a network of its own, because a network gets only a part of a target's quota."""
    return {"X-Forwarded-For": f"198.51.{number}.7"}


# what is limited: the configuration, the number-th question, what may be asked in all
LIMITS = {
    "client": (
        {"client-quota": QUOTA, "client-window-s": HOUR_S, "client-targets": 0},
        lambda frontend, number: frontend.check(target(number)), QUOTA),
    "client-targets": (
        {"client-quota": 1000, "client-targets": QUOTA},
        lambda frontend, number: frontend.check(target(number)), QUOTA),
    "target": (
        {"target-quota": QUOTA, "target-window-s": HOUR_S},
        lambda frontend, number: frontend.check(TARGET, headers=from_elsewhere(number)), QUOTA),
    "network of visitors": (
        {"client-quota": 4, "client-window-s": HOUR_S, "client-targets": 0},
        lambda frontend, number: frontend.check(target(number), headers=by_way_of(number)), 32),
    "network of targets": (
        {"target-quota": 4, "target-window-s": HOUR_S},
        lambda frontend, number: frontend.check(target(number), headers=from_elsewhere(number)), 32),
    "part of a target": (
        {"target-quota": 3 * QUOTA, "target-window-s": HOUR_S},
        lambda frontend, number: frontend.check(TARGET, headers=by_way_of(number)), QUOTA),
}  # fmt: skip


def end(frontend, number):
    frontend.process.send_signal(number)
    frontend.process.wait(10)


def restart(frontend, number=signal.SIGKILL):
    end(frontend, number)
    frontend.start()
    frontend.wait_ready()


def limits_file(frontend):
    return frontend.directory / "portlightd" / "limits"


def answered_over_lives(frontend, ask, kills, number):
    """How many checks are answered, and whether those before the restart were."""
    numbers = itertools.count()
    statuses = [ask(frontend, next(numbers)).status for _ in range(ASKED_PER_LIFE)]
    assert statuses == [200] * ASKED_PER_LIFE, "a first start punishes nobody"
    for _ in range(kills):
        restart(frontend, number)
        statuses += [ask(frontend, next(numbers)).status for _ in range(ASKED_PER_LIFE)]
    assert set(statuses) <= {200, 429}
    return statuses.count(200)


@pytest.mark.parametrize("limit", LIMITS)
def test_kills_in_a_row_give_no_more_checks_than_none(make_frontend, limit):
    limits, ask, quota = LIMITS[limit]
    frontend = make_frontend(limits=limits, http=PROXY)
    began = time.monotonic()
    answered = answered_over_lives(frontend, ask, KILLS, signal.SIGKILL)
    come_back = (time.monotonic() - began) * quota / HOUR_S
    assert quota <= answered <= quota + come_back
    assert frontend.log.count("go on as they were left") == KILLS


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGSYS, signal.SIGSEGV])
def test_whatever_ends_it(make_frontend, number):
    limits, ask, quota = LIMITS["client"]
    frontend = make_frontend(limits=limits, http=PROXY)
    assert answered_over_lives(frontend, ask, 8, number) == quota


def test_a_kill_while_checks_are_under_way(make_frontend):
    """What was charged before the answer stays charged."""
    frontend = make_frontend(limits={"client-quota": QUOTA, "client-window-s": HOUR_S})
    frontend.prober.mode = "silent"
    for _ in range(4):
        with frontend.begin(f"/api/v1/check?host={TARGET}&ports=443,80,22"):
            restart(frontend)
    left = frontend.get("/api/v1/limits").json["client"]["remaining"]
    assert left == QUOTA - 4 * 3


def test_targets_known_before_are_free_of_the_limit_on_new_ones(make_frontend):
    limits, ask, _ = LIMITS["client-targets"]
    frontend = make_frontend(limits=limits)
    assert [ask(frontend, number).status for number in range(QUOTA)] == [200] * QUOTA
    restart(frontend)
    assert [ask(frontend, number).status for number in range(QUOTA)] == [200] * QUOTA
    assert ask(frontend, QUOTA).is_problem(429, "rate-limited", "client-targets")


def test_a_start_long_after_the_end_punishes_nobody(make_frontend):
    frontend = make_frontend(limits={"client-quota": 4, "client-window-s": 1})
    while frontend.check().status == 200:
        pass
    end(frontend, signal.SIGKILL)
    time.sleep(1)
    frontend.start()
    assert frontend.get("/api/v1/me").header("RateLimit").startswith('"client";r=4;t=0')


# --- the file ----------------------------------------------------------------------------


def test_only_the_daemon_reads_it(make_frontend):
    frontend = make_frontend()
    uid = os.stat(f"/proc/{frontend.process.pid}").st_uid
    for path, mode in ((limits_file(frontend), 0o600), (limits_file(frontend).parent, 0o700)):
        assert (path.stat().st_mode & 0o777, path.stat().st_uid) == (mode, uid)
    names = [os.readlink(entry) for entry in os.scandir(f"/proc/{frontend.process.pid}/fd")]
    assert str(limits_file(frontend)) not in names, "it has the mapping alone"


def tear(path):
    os.truncate(path, 1000)


def scribble(path):
    path.write_bytes(os.urandom(path.stat().st_size))


def replace_by_directory(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm, says", [
    (tear, "is not as a daemon leaves it"),
    (scribble, "is not as a daemon leaves it"),
    (replace_by_directory, "they begin spent at each start"),
])  # fmt: skip
def test_a_file_that_is_of_no_use_means_spent(make_frontend, harm, says):
    """Nobody can know who has spent what; units come back at their usual rate."""
    frontend = make_frontend(limits={"client-quota": 10, "client-window-s": 5})
    assert frontend.check().status == 200
    for _ in range(2):
        end(frontend, signal.SIGKILL)
        if says not in frontend.log:
            harm(limits_file(frontend))
        frontend.start()
        frontend.wait_ready()
        answers = [frontend.check(TARGET, 443, 80, 22) for _ in range(3)]
        assert [answer.status for answer in answers] == [429] * 3
        assert says in frontend.log
    time.sleep(5)
    assert frontend.get("/api/v1/me").header("RateLimit").startswith('"client";r=10;t=0')

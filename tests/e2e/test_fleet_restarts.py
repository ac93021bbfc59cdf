# SPDX-License-Identifier: BSD-2-Clause
"""A place's own quotas outlive portlight-fleet, however that ends: no frontend gets them anew."""
import itertools
import os
import signal
import time

import pytest
import wire
from fleet import ENGINE, Client, Fleet

pytestmark = pytest.mark.skipif(not os.path.exists(ENGINE), reason="nats-server is not installed")

KILLS, ASKED_PER_LIFE, QUOTA, WINDOW_S, RETRY_S = 32, 2, 20, 60, 0.05
PLACE, TARGET = "iad", "93.184.215.14"
LIMITS = {
    "target-quota": lambda number: TARGET,
    "frontend-quota": lambda number: f"93.184.{216 + number // 200}.{1 + number % 200}",
}


def make_fleet(**serve):
    return Fleet(places=(PLACE,), serve=serve)


def ask(client, job, address, lost):
    """The last word about it, as soon as the place is there: a verdict, or what it is refused for.
    What it was asked before may have been charged, and joins those that are lost."""
    while True:
        messages, _ = client.ask(job, address, [443])
        told = messages[-1]
        if told[0] == wire.RESULT or wire.REFUSALS[told[5]] not in ("place-down", "place-silent"):
            return told
        lost.append(address)
        time.sleep(RETRY_S)


def verdicts(fleet, addresses, lost):
    """How many checks of one port get one."""
    count = 0
    with Client(fleet.socket(PLACE)) as client:
        for job, address in enumerate(addresses):
            told = ask(client, job, address, lost)
            assert told[0] == wire.RESULT or wire.REFUSALS[told[5]] == "rate-limited", told
            count += told[0] == wire.RESULT
    return count


def restart(fleet, number):
    agent = fleet.agents[PLACE]
    agent.stop(number)
    agent.path.unlink()
    agent.start()
    agent.wait_for("connected to")


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("number, kills", [(signal.SIGKILL, KILLS), (signal.SIGTERM, 4), (signal.SIGSEGV, 4)])
def test_ends_in_a_row_give_no_more_checks_than_none(limit, number, kills):
    with make_fleet(**{limit: QUOTA}) as fleet:
        numbers, lost = itertools.count(), []

        def live(times):
            return verdicts(fleet, [LIMITS[limit](next(numbers)) for _ in range(times)], lost)

        began = time.monotonic()
        count = live(ASKED_PER_LIFE)
        assert count == ASKED_PER_LIFE, "a first start punishes nobody"
        for _ in range(kills):
            restart(fleet, number)
            assert "go on as they were left" in fleet.agents[PLACE].log
            count += live(ASKED_PER_LIFE)
        count += live(QUOTA)
        come_back = (time.monotonic() - began) * QUOTA / WINDOW_S
        assert QUOTA - len(lost) <= count <= QUOTA + come_back + 1


def test_a_torn_file_means_spent():
    """Of the place's user alone, as that of the prober is."""
    with make_fleet(**{"target-quota": 6}) as fleet:
        path = fleet.probers[PLACE].path.parent / "portlight-fleet" / "limits"
        with open(f"/proc/{fleet.agents[PLACE].process.pid}/status", encoding="utf-8") as status:
            assert f"\nUid:\t{path.stat().st_uid}\t" in status.read()
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        fleet.agents[PLACE].stop(signal.SIGKILL)
        os.truncate(path, 1000)
        restart(fleet, signal.SIGKILL)
        assert "is not as a daemon leaves it" in fleet.agents[PLACE].log
        assert verdicts(fleet, [TARGET], []) == 0

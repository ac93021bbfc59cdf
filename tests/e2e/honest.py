# SPDX-License-Identifier: BSD-2-Clause
"""A client that keeps asking the honest places while something else is broken."""
import threading
import time
from contextlib import contextmanager

from frontend import OTHER_TARGET
from service import wait_until

DEADLINE_S = 12  # of a place, with room for a slow machine: the asker's 5 s, the link's 5.6 s
PAUSE_S = 0.05


@contextmanager
def honest(frontend, *places):
    """Each place answers each question before its deadline, also after the fault."""
    told, end = [], threading.Event()

    def ask():
        while not end.wait(PAUSE_S):
            began = time.monotonic()
            answer = frontend.check(OTHER_TARGET, 443, **{"from": ",".join(places)})
            statuses = [p["status"] for p in answer.json.get("places", [])] or [answer.text]
            told.append((statuses, time.monotonic() - began))

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield
        seen = len(told)
        wait_until(lambda: len(told) > seen + 3 or not asker.is_alive(), "nothing is answered", 30)
    finally:
        end.set()
        asker.join()
    assert told and all(set(statuses) == {"answered"} for statuses, _ in told), told
    assert max(took for _, took in told) < DEADLINE_S, told

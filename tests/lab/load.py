# SPDX-License-Identifier: BSD-2-Clause
"""Visitors who keep asking, and the answers they got."""
import json
import threading
import time
from dataclasses import dataclass
from functools import partial

PROBLEM = "/problems/"


@dataclass
class Told:
    port: int
    seconds: float
    state: str = None  # of the port
    problem: str = None  # or why there is none
    error: str = None  # or what went wrong with the connection


class Crowd:
    """A context of threads, one for each of `visits`: calls it again and again, `pause_s` between,
    until the context is left.  They begin `apart_s` behind each other."""

    def __init__(self, visits, pause_s, apart_s=0):
        self._done, self._pause_s, self._apart_s = threading.Event(), pause_s, apart_s
        self._threads = [threading.Thread(target=self._go_on, args=(visit,)) for visit in visits]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
            time.sleep(self._apart_s)
        return self

    def __exit__(self, *_):
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, visit):
        while not self._done.is_set():
            visit()
            self._done.wait(self._pause_s)


class Load(Crowd):
    """Visitors who check ports of one address through HTTP."""

    def __init__(self, service, address, ports, visitors=8, pause_s=0.1):
        super().__init__([partial(self._visit, ports[i % len(ports)]) for i in range(visitors)], pause_s)
        self.told = []
        self._service, self._address = service, address

    def _visit(self, port):
        started = time.monotonic()
        told = self._ask(port)
        told.seconds = time.monotonic() - started
        self.told.append(told)

    def _ask(self, port):
        try:
            status, answer = self._service.check(self._address, port)
        except OSError as error:
            return Told(port, 0, error=repr(error))
        answer = json.loads(answer) if isinstance(answer, str) else answer
        if status != 200:
            return Told(port, 0, problem=answer["type"].removeprefix(PROBLEM))
        [address] = answer["addresses"]
        return Told(port, 0, state=address["ports"][0]["state"])

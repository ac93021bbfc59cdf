# SPDX-License-Identifier: BSD-2-Clause
"""Visitors who ask without end, and what they were told."""
import json
import threading
import time
from dataclasses import dataclass

PROBLEM = "/problems/"


@dataclass
class Told:
    port: int
    seconds: float
    state: str = None  # of the port
    problem: str = None  # or why there is none
    error: str = None  # or what went wrong with the connection


class Load:
    """A context of threads that check ports of one address through HTTP, a pause apart."""

    def __init__(self, service, address, ports, visitors=8, pause_s=0.1):
        self.told = []
        self._service, self._address, self._pause_s = service, address, pause_s
        self._done = threading.Event()
        self._threads = [
            threading.Thread(target=self._visit, args=(ports[i % len(ports)],))
            for i in range(visitors)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _visit(self, port):
        while not self._done.is_set():
            started = time.monotonic()
            told = self._ask(port)
            told.seconds = time.monotonic() - started
            self.told.append(told)
            self._done.wait(self._pause_s)

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

# SPDX-License-Identifier: BSD-2-Clause
"""portlightd is stopped and started again behind a socket that its manager keeps, and visitors go
on asking: none is refused, and none gets no answer."""
import os
import socket
import subprocess

from load import Load
from manager import given
from network import stop
from service import BUILD, Service, wait_until
from small_network import SmallNetwork

ROUNDS = 50 if os.environ.get("PORTLIGHT_SOAK") else 3
OPEN, CLOSED, SILENT = 443, 80, 3389
STATES = {OPEN: "open", CLOSED: "closed", SILENT: "filtered"}
# the first answers of a new one, before it has found the prober
TRUE_PROBLEMS = {None, "prober-unavailable"}


class Given(Service):
    """A Service whose frontend gets its socket."""

    def __init__(self, network, listener, **sections):
        super().__init__(network, listen="%s:%d" % listener.getsockname(), **sections)
        self._listener = listener

    def start_frontend(self):
        self.frontend = subprocess.Popen(
            [*given(self._listener), BUILD / "portlightd", "-c", self.config],
            stderr=self._log("frontend"), pass_fds=[self._listener.fileno()], start_new_session=True,
        )  # fmt: skip
        self._stack.callback(stop, self.frontend)
        self._wait(self.frontend, self.is_alive, "frontend")


def test_stops_under_load():
    with SmallNetwork(listen=(OPEN,)) as net, socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        net.run("target", "nft", "-f", "-", text="table inet t { chain c { type filter hook input"
                f" priority 0; tcp dport {SILENT} drop; }}; }}\n")  # fmt: skip
        with Given(net, listener) as checker:
            with Load(checker, net.address(4, "target"), list(STATES), visitors=12) as load:
                for _ in range(ROUNDS):
                    before = len(load.told)
                    wait_until(lambda: len(load.told) > before + 24, "nobody is answered", 60)
                    checker.frontend.terminate()
                    assert checker.frontend.wait(20) == 0
                    checker.start_frontend()
    assert [told for told in load.told if told.error] == []
    assert {told.problem for told in load.told} <= TRUE_PROBLEMS
    assert all(told.state in (None, STATES[told.port]) for told in load.told)

# SPDX-License-Identifier: BSD-2-Clause
"""What one more check that waits adds to the frontend, libevent's part included.

The bound is a tenth above what was measured when it was set: sizes are repeatable.  It was a third
more before the bytes of a request, the headers of its answer, and what only few checks need got
their memory when they need it.
"""
import pathlib
import socket
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("lab", "e2e")]

from frontend import Frontend  # noqa: E402
from service import wait_until  # noqa: E402

FEW, MANY = 1000, 3000  # what the program freed when it started is used up by the first
BOUND = 6200


def resident(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


def begin(frontend, number):
    address, port = frontend.listen.split(":")
    connection = socket.create_connection((address, int(port)))
    target = f"93.184.{number // 250}.{1 + number % 250}"
    connection.sendall(f"GET /api/v1/check?host={target}&ports=443 HTTP/1.1\r\n"
                       "Host: x\r\n\r\n".encode())  # fmt: skip
    return connection


def test_a_check_that_waits_holds_no_more_than_it_did():
    connections, held = [], {}
    with Frontend() as frontend:
        frontend.prober.mode = "silent"
        for count in (FEW, MANY):
            connections += [begin(frontend, n) for n in range(len(connections), count)]
            wait_until(lambda: len(frontend.prober.asked) == count, "not all are asked")
            held[count] = resident(frontend.process)
        for connection in connections:
            connection.close()
    each = (held[MANY] - held[FEW]) / (MANY - FEW)
    print(f"{each:,.0f} bytes a check that waits")
    assert 1000 < each < BOUND

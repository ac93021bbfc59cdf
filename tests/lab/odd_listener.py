# SPDX-License-Identifier: BSD-2-Clause
"""Listens on two ports, of both families: the first never accepts and its queue is
full, the second sends with a TTL of 37."""
import signal
import socket
import sys

FILLERS = 4


def listener(family, port, queue):
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 37 if queue > 1 else 64)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 37 if queue > 1 else 64)
    sock.bind(("", port))
    sock.listen(queue)
    return sock


kept = []
full, own_ttl = map(int, sys.argv[1:])
for family, loopback in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    kept += [listener(family, full, 1), listener(family, own_ttl, 64)]
    for _ in range(FILLERS):
        filler = socket.socket(family)
        filler.setblocking(False)
        filler.connect_ex((loopback, full))
        kept.append(filler)
print("ready", flush=True)
signal.pause()

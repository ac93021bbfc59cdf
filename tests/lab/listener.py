# SPDX-License-Identifier: BSD-2-Clause
"""Accepts and closes connections: listener.py PORT ...  Prints "ready" when it listens."""
import selectors
import socket
import sys


def main():
    selector = selectors.DefaultSelector()
    for port in sys.argv[1:]:
        server = socket.create_server(
            ("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256
        )
        selector.register(server, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            key.fileobj.accept()[0].close()


main()

# SPDX-License-Identifier: BSD-2-Clause
"""Hostile servers: hostile_services.py ADDRESS:PORT:KIND ...  Prints "ready" when they listen."""
import os
import random
import socket
import struct
import sys
import threading
import time


def trickle(connection):
    """A record that never ends, a byte at a time."""
    connection.sendall(b"\x16\x03\x03\x40\x00\x02")
    while True:
        connection.sendall(b"\x00")
        time.sleep(0.02)


def silent(connection):
    while connection.recv(4096):
        pass


def flood(connection):
    while True:
        connection.sendall(b"\x16\x03\x03\x40\x00" + b"\x02\x3f\xff\xff" + bytes(16380))


def noise(connection):
    generator = random.Random(1)
    while True:
        connection.sendall(generator.randbytes(4096))


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def alerts(connection):
    while True:
        connection.sendall(b"\x15\x03\x03\x00\x02\x01\x5a" * 500)


KINDS = {"trickle": trickle, "silent": silent, "flood": flood, "noise": noise, "reset": reset, "alerts": alerts}


def one(connection, act):
    with connection:
        try:
            act(connection)
        except OSError:
            pass


def serve(listener, act):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=one, args=(connection, act), daemon=True).start()


def main():
    for word in sys.argv[1:]:
        address, port, kind = word.rsplit(":", 2)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.create_server((address, int(port)), family=family, backlog=128)
        threading.Thread(target=serve, args=(listener, KINDS[kind]), daemon=True).start()
    print("ready", flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        os._exit(0)

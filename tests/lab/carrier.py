# SPDX-License-Identifier: BSD-2-Clause
"""Carries IP packets between two tun devices, late and not all of them:

    carrier.py NAMESPACE NAMESPACE [delay=MS] [first=N] [flows=half] [late=MS]

  delay=MS    each way
  first=N     the first N SYNs of every flow towards the second namespace are lost
  flows=half  every other flow (by its source port's parity) is dead
  late=MS     what comes back to the first namespace takes this much longer
  port=P      the last three concern this destination port only
"""
import ctypes
import fcntl
import heapq
import os
import pathlib
import selectors
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
TCP, SYN = 6, 0x02


def start(network, *rules):
    names = (network.namespace("prober"), network.namespace("target"))
    return network.python("prober", pathlib.Path(__file__), *names, *rules)


def open_tun(namespace):
    with open(f"/run/netns/{namespace}", "rb") as place:
        if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", b"wire", IFF_TUN | IFF_NO_PI))
    return fd


def ports_and_flags(packet):
    """Of a TCP packet: source port, destination port, flags; else None."""
    if packet[0] >> 4 == 4:
        protocol, head = packet[9], (packet[0] & 15) * 4
    else:
        protocol, head = packet[6], 40
    if protocol != TCP:
        return None
    return (*struct.unpack_from(">HH", packet, head), packet[head + 13])


class Carrier:
    def __init__(self, rules):
        self.delay = int(rules.get("delay", 0)) / 1000
        self.late = int(rules.get("late", 0)) / 1000
        self.first = int(rules.get("first", 0))
        self.half = rules.get("flows") == "half"
        self.port = int(rules.get("port", 0))
        self.seen = {}

    def concerns(self, tcp):
        return tcp and (not self.port or self.port in tcp[:2])

    def delay_of(self, packet, forward):
        """Seconds until it arrives; None: it never does."""
        tcp = ports_and_flags(packet)
        if not self.concerns(tcp):
            return self.delay
        if forward and self.half and tcp[0] % 2 == 0:
            return None
        if forward and tcp[2] & SYN and self.first:
            self.seen[tcp[0]] = self.seen.get(tcp[0], 0) + 1
            if self.seen[tcp[0]] <= self.first:
                return None
        return self.delay + (0 if forward else self.late)


def main():
    rules = dict(word.split("=") for word in sys.argv[3:])
    ends = [open_tun(name) for name in sys.argv[1:3]]
    carrier, waiting, number = Carrier(rules), [], 0
    selector = selectors.DefaultSelector()
    for side, fd in enumerate(ends):
        selector.register(fd, selectors.EVENT_READ, side)
    print("ready", flush=True)
    while True:
        wait = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        for key, _ in selector.select(wait):
            packet = os.read(key.fd, 65536)
            delay = carrier.delay_of(packet, key.data == 0)
            if delay is not None:
                number += 1
                heapq.heappush(waiting, (time.monotonic() + delay, number, 1 - key.data, packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, side, packet = heapq.heappop(waiting)
            try:
                os.write(ends[side], packet)
            except OSError:
                pass  # the device is down: lost


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: BSD-2-Clause
"""Sends a SYN to each target again and again, so that the lab can be checked
without the checker: raw_probe.py SOURCE4 SOURCE6 ADDRESS,PORT,SPORT ...

Prints a line with what the kernel said for each target: "ok" or the name of an error.
"""
import errno
import socket
import sys
import time

from packets import SYN, build_tcp

LINUX_OPTIONS = bytes.fromhex("020405b40402080a0000000100000000" "01030307")
ROUNDS = 8
INTERVAL_S = 0.35


def main():
    sources = {4: sys.argv[1], 6: sys.argv[2]}
    raw = {
        4: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
        6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW),
    }
    targets = [argument.split(",") for argument in sys.argv[3:]]
    said = {}
    for attempt in range(ROUNDS):
        for address, port, sport in targets:
            family = 6 if ":" in address else 4
            # a new flow each time, as a path may lose one for good
            syn = build_tcp(sources[family], int(sport) + attempt, address, int(port),
                            1000000 + attempt, 0, SYN, options=LINUX_OPTIONS, tos=0x28)  # fmt: skip
            try:
                raw[family].sendto(syn, (address, 0))
                said[sport] = "ok"
            except OSError as error:
                said[sport] = errno.errorcode[error.errno]
        time.sleep(INTERVAL_S)
    for _, _, sport in targets:
        print(said[sport])


main()

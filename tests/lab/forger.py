# SPDX-License-Identifier: BSD-2-Clause
"""Answers every SYN for a port that it sees on a device with forgeries:
forger.py DEVICE ADDRESS PORT KIND ...  Says "ready" when it listens.

The kinds of TRUE acknowledge or quote the SYN rightly and must count, those of
FALSE must not.  A kind may be delayed: "syn-ack@0.1" comes 0.1 s later.
"""
import socket
import sys
import time

from packets import ACK, RST, SYN, build_icmp_error, build_tcp, parse_ip

ETHERNET_LEN = 14
ETH_P_ALL = 3
PROHIBITED = {4: (3, 13), 6: (1, 1)}
TOO_BIG = {4: (3, 4), 6: (2, 0)}


def tcp(flags, ack_offset, sport_offset=0, dport_offset=0):
    """From the target to the source of the SYN, with its ack so far off seq+1."""

    def forge(syn, _, address):
        ack = (syn.seq + 1 + ack_offset) % 2**32 if ack_offset is not None else 0
        sport, dport = syn.dport + sport_offset, syn.sport + dport_offset
        return build_tcp(address, sport, syn.src, dport, 77, ack, flags, ttl=62)

    return forge


def other_source(syn, _, address):
    neighbour = address[:-1] + "3"
    return build_tcp(neighbour, syn.dport, syn.src, syn.sport, 77, syn.seq + 1, SYN | ACK)


def icmp(codes, **changes):
    """An error whose quote differs from our SYN in the fields named."""

    def forge(syn, _, address):
        quoted = {"dst": syn.dst, "sport": syn.sport, "dport": syn.dport, "seq": syn.seq}
        for name, change in changes.items():
            quoted[name] = change(quoted[name])
        quote = build_tcp(syn.src, quoted["sport"], quoted["dst"], quoted["dport"],
                          quoted["seq"], 0, SYN, ttl=62)  # fmt: skip
        return build_icmp_error(address, syn.src, codes[syn.family], quote)

    return forge


def cut(octets):
    """A quote of our SYN cut short, as small routers do."""

    def forge(syn, data, address):
        head = 20 if syn.family == 4 else 40
        return build_icmp_error(address, syn.src, PROHIBITED[syn.family], data[: head + octets])

    return forge


def plus_one(number):
    return (number + 1) % 2**32


TRUE = {
    "syn-ack": tcp(SYN | ACK, 0),
    "rst": tcp(RST | ACK, 0),
    "icmp": icmp(PROHIBITED),
    "icmp-quote-8": cut(8),
}
FALSE = {
    "syn-ack-ack-plus-1": tcp(SYN | ACK, 1),
    "syn-ack-ack-minus-1": tcp(SYN | ACK, -1),
    "syn-ack-ack-far": tcp(SYN | ACK, 0x40000000),
    "ack-alone": tcp(ACK, 0x1234567),
    "syn-without-ack": tcp(SYN, None),
    "rst-without-ack": tcp(RST, None),
    "rst-without-ack-but-number": tcp(RST, 0),
    "rst-ack-plus-1": tcp(RST | ACK, 1),
    "rst-ack-minus-1": tcp(RST | ACK, -1),
    "syn-ack-other-port": tcp(SYN | ACK, 0, sport_offset=1),
    "rst-other-port": tcp(RST | ACK, 0, sport_offset=1),
    "rst-other-flow": tcp(RST | ACK, 0, dport_offset=1),
    "syn-ack-other-source": other_source,
    "icmp-foreign-seq": icmp(PROHIBITED, seq=plus_one),
    "icmp-foreign-sport": icmp(PROHIBITED, sport=plus_one),
    "icmp-foreign-dport": icmp(PROHIBITED, dport=plus_one),
    "icmp-foreign-target": icmp(PROHIBITED, dst=lambda address: address[:-1] + "3"),
    "icmp-too-big": icmp(TOO_BIG),
    "icmp-quote-4": cut(4),
}
KINDS = {**TRUE, **FALSE}


def main():
    device, address, port, *kinds = sys.argv[1:]
    forgeries = [(KINDS[name], float(delay or 0)) for name, _, delay in
                 (kind.partition("@") for kind in kinds)]  # fmt: skip
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.bind((device, ETH_P_ALL))
    print("ready", flush=True)
    while True:
        frame, origin = wire.recvfrom(2048)
        if origin[2] == socket.PACKET_OUTGOING:
            continue
        syn = parse_ip(frame[ETHERNET_LEN:])
        if not syn or (syn.dst, syn.dport, syn.flags) != (address, int(port), SYN):
            continue
        back = frame[6:12] + frame[:6] + frame[12:14]
        for forge, delay in forgeries:
            time.sleep(delay)
            wire.send(back + forge(syn, frame[ETHERNET_LEN:], address))


if __name__ == "__main__":
    main()

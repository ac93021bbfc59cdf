# SPDX-License-Identifier: BSD-2-Clause
"""How hosts answer that are not like Linux: stack.py's behaviours.  Port 80 is open, others are
closed.  Each has its public source.
"""
import struct
import time
import zlib

OPEN = 80
MSS_ONLY = b"\2\4\5\xb4"
DEVICE = {"ttl": 255, "ip_id": 8, "df": False}


def answer(request, echo=None, **tcp):
    """Options for the echo reply, for SYN-ACKs and for RSTs."""
    both = {key: value for key, value in tcp.items() if key in ("ttl", "delay", "wrap", "also")}
    if request.is_echo:
        request.echo(**(echo or {}))
    elif request.is_syn and request.dport == OPEN:
        request.accept(**both)
    elif request.is_syn:
        request.refuse(**tcp)


def like_linux(request):
    answer(request)


def like_freebsd(request):
    """Newer FreeBSD: icmp_reflect() keeps the DSCP, tcp_respond() has none."""
    answer(request, reflect=False)


def like_lwip(request):
    """ESP32 and most small devices: TTL 255, and its window in each RST (tcp_rst_common)."""
    if request.is_echo:
        request.echo(ttl=255)
    elif request.is_syn and request.dport == OPEN:
        request.accept(window=5760, options=MSS_ONLY, **DEVICE)
    elif request.is_syn:
        request.refuse(False, window=5760, **DEVICE)


def mute_lwip(request):
    if not request.is_echo:
        like_lwip(request)


def like_linux_4(request):
    """Linux before 5.10 (e92dd77e6fe0): over IPv6 its RSTs have a flow label, but no DSCP."""
    if request.family == 6:
        answer(request, reflect=False, flow_label=zlib.crc32(request.payload) & 0xFFFFF | 1)
    else:
        answer(request)


def echo_in_place(request):
    """FreeRTOS, snabb: the reply leaves with the TTL that the request came with."""
    answer(request, echo={"ttl": request.ttl})


def echo_in_place_plain(request):
    answer(request, echo={"ttl": request.ttl}, reflect=False)


def echo_by_edge(request):
    """A scrubbing centre answers the pings, two hops nearer."""
    answer(request, echo={"ttl": 66})


def echo_behind(request):
    """The pings go on to a machine behind."""
    answer(request, echo={"ttl": 62})


def ttl_60(request):
    """inetutils manual, "TTL details"."""
    answer(request, echo={"ttl": 60}, ttl=60)


def ttl_30(request):
    answer(request, echo={"ttl": 30}, ttl=30)


def ttl_128(request):
    """Windows, whose RSTs reflect nothing."""
    answer(request, echo={"ttl": 128}, ttl=128, reflect=False)


def tcp_ttl_60(request):
    """4.3BSD's TCP; the echo comes after it."""
    answer(request, echo={"delay": 0.004}, ttl=60, reflect=False)


def icmp_ttl_255(request):
    """Solaris and many routers."""
    answer(request, echo={"ttl": 255})


def no_tcp(request):
    """lwIP without TCP: protocol unreachable; RFC 8200 section 4."""
    if request.is_echo:
        request.echo()
    else:
        request.error((3, 2) if request.family == 4 else (4, 1))


def atomic_fragments(request):
    """Translators by RFC 6145, see RFC 8021: a fragment header though it is whole."""

    def wrap(packet):
        if packet[0] >> 4 == 4:
            return packet
        rest = bytes([6, 0, 0, 0, 0, 0, 0x12, 0x34]) + packet[40:]
        return packet[:4] + struct.pack(">H", len(rest)) + bytes([44]) + packet[7:40] + rest

    answer(request, wrap=wrap)


def injected_reset(request):
    """ooni/netem: somebody near injects a RST; the host, 40 ms away, accepts everything."""
    inject(request, 0.04)


def injected_reset_far(request):
    inject(request, 0.4)


def inject(request, delay):
    if request.is_echo:
        request.echo(delay=delay)
    elif request.is_syn:
        request.refuse(False, ttl=65, df=False, ip_id=4711)
        request.accept(delay=delay)


def half_of_the_flows(request):
    """A balancer with a backend on which nothing listens."""
    if request.is_echo:
        request.echo()
    elif request.is_syn and zlib.crc32(struct.pack(">H", request.sport)) & 1:
        request.refuse()
    elif request.is_syn:
        request.accept()


def two_machines(request):
    """A router that answers no ping forwards to two: 81 to a Linux, others to something else."""
    if request.is_syn and request.dport == 81:
        request.refuse()
    elif request.is_syn:
        request.refuse(False, df=False, ip_id=zlib.crc32(request.payload) & 0xFFFF | 1)


def window_without_options(request):
    """LaBrea, small devices: a SYN-ACK without options, but with a window."""
    if request.is_echo:
        request.echo()
    elif request.is_syn and request.dport == OPEN:
        request.accept(window=5760, options=b"")
    elif request.is_syn:
        request.refuse()


def tarpit(request):
    """xt_TARPIT: accepts every port, with a window of 5 and no options."""
    if request.is_echo:
        request.echo()
    elif request.is_syn:
        request.accept(window=5, options=b"", df=False, ip_id=7)


def ends_with_a_fin(request):
    """A FIN beside SYN-ACK or RST: in SYN-SENT nobody looks at it (RFC 9293 section 3.10.7.3)."""
    answer(request, also=0x01)


def resets_with_a_syn(request):
    if request.is_echo:
        request.echo()
    elif request.is_syn:
        request.refuse(also=0x02)


_first_at = {}


def wants_a_repetition(request):
    """Greylisting: a SYN passes if the same one was seen 0.9 s before."""
    if request.is_syn:
        syn = (request.src, request.sport, request.dst, request.dport, request.seq)
        if time.monotonic() - _first_at.setdefault(syn, time.monotonic()) < 0.9:
            return
    answer(request)


def near_side(request):
    """A router's far address is the target: its errors bear the near one (RFC 1812 section
    4.3.2.4).  81 and 83 are filtered, with different words."""
    kinds = {81: ((3, 13), (1, 1)), 83: ((3, 3), (1, 4))}
    if request.is_syn and request.dport in kinds:
        side = request.dst.rpartition("." if request.family == 4 else ":")
        error = kinds[request.dport][request.family == 6]
        request.error(error, sender="".join((*side[:2], "250")))
    else:
        answer(request)


def error_before_it(request):
    """Somebody near says "prohibited" at once; the host, 400 ms away, accepts everything."""
    if request.is_echo:
        request.echo(delay=0.4)
    elif request.is_syn:
        side = request.dst.rpartition("." if request.family == 4 else ":")
        error = (3, 13) if request.family == 4 else (1, 1)
        request.error(error, sender="".join((*side[:2], "250")), ttl=66)
        request.accept(delay=0.4)


def in_the_targets_name(request):
    """ovn-org/ovn#316: a router reports expired TTLs in the name of the destination."""
    if request.ttl == 1:
        request.error((11, 0) if request.family == 4 else (3, 0), sender=request.dst)


# by the last number of the address
HOSTS = dict(enumerate((
    like_linux, like_freebsd, like_lwip, mute_lwip, like_linux_4, echo_in_place,
    echo_in_place_plain, echo_by_edge, echo_behind, ttl_60, ttl_30, ttl_128, tcp_ttl_60,
    icmp_ttl_255, no_tcp, atomic_fragments, injected_reset, injected_reset_far, half_of_the_flows,
    two_machines, window_without_options, tarpit, ends_with_a_fin, resets_with_a_syn,
    wants_a_repetition, near_side, error_before_it,
), 1))  # fmt: skip


def hosts(request):
    HOSTS[request.host](request)


def number(behaviour):
    """The last number of the address of the host that behaves so, in both families."""
    return next(n for n, host in HOSTS.items() if host is behaviour)

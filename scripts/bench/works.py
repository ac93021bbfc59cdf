# SPDX-License-Identifier: BSD-2-Clause
"""The works of make bench: each measures portlight and similar programs in turn, on the same lab.
A figure is the median of its rounds."""
import json
import pathlib
import resource
import statistics
import time

import lab as places
import peers
from daemons import BUILD, PORT, Daemons, cpu_seconds, resident_mb, wakeups
from faults import faults
from figures import Figure
from inspections import inspections

HERE = pathlib.Path(__file__).parent
MANY = 65536
FAR_NETWORK = f"{places.FAR}/16"
WINDOW = 4096
OPEN = f"{places.OPEN}=open"
CLOSED = f"{places.CLOSED}=closed"
DROPPED = f"{places.DROPPED}=filtered"
THREE_OPEN = ",".join(f"{port}=open" for port in (places.OPEN, *places.MORE_OPEN))
SILENCE_MS = 3600  # timeout-ms and linger-ms
SILENT_SYNS, SILENT_PACKETS = 8, 11  # beside them two lone ACKs and an echo


def median(rounds, key):
    return statistics.median(one[key] for one in rounds)


def rounds_of(rounds, *measures):
    """Runs the measures in turn, `rounds` times; a list of results for each."""
    told = [[] for _ in measures]
    for _ in range(rounds):
        for measure, into in zip(measures, told):
            into.append(measure())
    return told


def asked(lab, *arguments, **options):
    """Starts a prober and returns its answers and CPU time."""
    with Daemons(lab, **options) as daemons:
        before = cpu_seconds(daemons.prober)
        told = daemons.ask(*arguments)
        return told | {"cpu": cpu_seconds(daemons.prober) - before}


def visited(lab, *arguments):
    """Starts prober and frontend and returns the answers over HTTP and the frontend's CPU time."""
    with Daemons(lab, frontend=True) as daemons:
        before = cpu_seconds(daemons.frontend)
        told = daemons.visit(*arguments)
        return told | {"cpu": cpu_seconds(daemons.frontend) - before}


def floor(lab, *kind):
    """The simplest program with the packets of an open port, without or with its echo."""
    return peers.packets(lab, BUILD / "bench/packets", places.FAR, MANY - 1, places.OPEN, *kind)


def asked_by_wrk(lab):
    with Daemons(lab, frontend=True):
        return peers.wrk(lab, f"http://127.0.0.1:{PORT}", HERE / "visit.lua")


def one_check(rounds):
    """500 checks per second of an open port; the floor is the bare round trip."""
    work = "one check of an open port over HTTP, 500 per second"
    with places.Lab() as lab:
        rtts, visits, nmaps = rounds_of(
            rounds, lambda: peers.ping_ms(lab),
            lambda: visited(lab, places.FAR, 2000, 500, 64, OPEN),
            lambda: peers.nmap(lab, "198.19.3.3", places.OPEN),
        )  # fmt: skip
    rtt = statistics.median(value for one in rtts for value in one)
    p50, p99 = median(visits, "p50_ms"), median(visits, "p99_ms")
    wrong = sum(one["wrong"] + one["failed"] + one["bad_status"] for one in visits)
    process_ms = median(nmaps, "seconds") * 1000
    return [
        Figure(work, "median, ms", p50, process_ms, "nmap, a process", process_ms / p50,
               "RTT + 0.3 ms", p50 <= rtt + 0.3, floor=rtt),
        Figure(work, "p99, ms", p99, target="RTT + 2 ms", met=p99 <= rtt + 2, floor=rtt),
        Figure(work, "wrong or failed", wrong, target="none", met=wrong == 0),
    ]  # fmt: skip


def many_open(rounds):
    """65,536 targets, one open port each, through the prober's socket."""
    work = "65,536 targets, one open port each, through the prober's socket"
    with places.Lab() as lab:
        asks, plain, echoed, answered, zmaps, masscans, nmaps = rounds_of(
            rounds,
            lambda: asked(lab, places.FAR, MANY, WINDOW, OPEN),
            lambda: asked(lab, places.FAR, MANY, WINDOW, OPEN, echo=False),
            lambda: floor(lab, "echoed"),
            lambda: floor(lab, "answered"),
            lambda: peers.zmap(lab, FAR_NETWORK, places.OPEN),
            lambda: peers.masscan(lab, FAR_NETWORK, places.OPEN),
            lambda: peers.nmap(lab, f"{places.FAR}/20", places.OPEN),
        )  # fmt: skip
    wrong = sum(one["wrong"] for one in asks)
    figures = [Figure(work, "wrong verdicts", wrong, target="none", met=wrong == 0)]
    for name, told in (("zmap", zmaps), ("masscan", masscans)):
        lost = MANY - median(told, "found")
        figures.append(Figure(work, f"lost by {name}", wrong, lost, name))
    zmap_rate = median(zmaps, "rate")
    nmap_rate = median([{"rate": one["found"] / one["seconds"]} for one in nmaps], "rate")
    for name, told, bare in (("", asks, echoed), (", echo = false", plain, answered)):
        rate, us = MANY / median(told, "seconds"), median(told, "cpu") / MANY * 1e6
        least = median(bare, "cpu") * 1e6
        bound = {"target": "1.4 x floor", "met": us <= 1.4 * least} if name == "" else {}
        figures += [
            Figure(work, "CPU us a verdict" + name, us, ratio=least / us, floor=least, **bound),
            Figure(work, "verdicts a second" + name, rate, zmap_rate, "zmap", rate / zmap_rate,
                   floor=median(bare, "rate")),
        ]  # fmt: skip
    rate, cpu = MANY / median(asks, "seconds"), MANY / median(asks, "cpu")
    figures.append(Figure(work, "verdicts a second", rate, nmap_rate, "nmap", rate / nmap_rate,
                          "6 times", rate >= 6 * nmap_rate))  # fmt: skip
    for name, told in (("zmap", zmaps), ("masscan", masscans), ("nmap", nmaps)):
        theirs = median([{"rate": one["found"] / one["cpu"]} for one in told], "rate")
        figures.append(Figure(work, "verdicts a CPU second", cpu, theirs, name, cpu / theirs,
                              floor=1 / median(echoed, "cpu")))  # fmt: skip
    return figures


def many_mixed(rounds):
    """A third each open, closed and dropping."""
    work = "65,536 targets, a third each open, closed, dropping"
    with places.Lab() as lab:
        asks, plain = rounds_of(
            rounds, lambda: asked(lab, places.FAR, MANY, MANY, OPEN, CLOSED, DROPPED),
            lambda: asked(lab, places.FAR, MANY, WINDOW, OPEN),
        )  # fmt: skip
    wrong = sum(one["wrong"] for one in asks)
    # two packets for a check of an open port; a dropped port gets 11
    packets = MANY // 3 * 11 + MANY // 3 * 2 * 2
    bound = SILENCE_MS / 1000 + packets / (2 * MANY / median(plain, "seconds"))
    seconds = median(asks, "seconds")
    return [
        Figure(work, "wrong verdicts", wrong, target="none", met=wrong == 0),
        Figure(work, "seconds", seconds, ratio=bound / seconds, floor=bound,
               target="3.6 s and sending", met=seconds <= bound),
    ]  # fmt: skip


def http_end_to_end(rounds):
    """Three ports per request, distinct targets; the floor is the prober alone."""
    work = "HTTP end to end, 3 ports a request"
    with places.Lab() as lab:
        visits, asks, wrks = rounds_of(
            rounds, lambda: visited(lab, places.FAR, MANY, 0, 256, THREE_OPEN),
            lambda: asked(lab, places.FAR, MANY, WINDOW, THREE_OPEN),
            lambda: asked_by_wrk(lab),
        )  # fmt: skip
    wrong = sum(one["wrong"] + one["failed"] + one["bad_status"] for one in visits)
    rate = median([{"rate": one["verdicts"] / one["seconds"]} for one in visits], "rate")
    bare = median([{"rate": one["verdicts"] / one["seconds"]} for one in asks], "rate")
    us = median([{"us": one["cpu"] / one["verdicts"] * 3e6} for one in visits], "us")
    return [
        Figure(work, "verdicts a second", rate, ratio=rate / bare, floor=bare,
               target="0.72 of the bare prober", met=rate >= 0.72 * bare),
        Figure(work, "the same, asked by wrk", 3 * median(wrks, "rate"), floor=bare,
               ratio=3 * median(wrks, "rate") / bare),
        Figure(work, "portlightd, CPU us a request", us, target="36", met=us <= 36),
        Figure(work, "p99 under that load, ms", median(visits, "p99_ms")),
        Figure(work, "wrong or failed", wrong + sum(one["bad"] for one in wrks), target="none",
               met=wrong == 0),
    ]  # fmt: skip


def watch(load, process, measure):
    """The load's result, and the highest value of the measure while it ran."""
    most = 0
    while load.poll() is None:
        most = max(most, measure(process))
        time.sleep(0.05)
    output, _ = load.communicate()
    return output, most


def silent_packet_seconds(lab, count):
    """The simplest program's CPU time for one of the packets that a silent port gets.  Its SYNs are
    captured, the lone ACKs and the echo are not."""
    program = BUILD / "bench/packets"
    bare = peers.packets(lab, program, places.NEAR, count, places.DROPPED)["cpu"]
    seen = peers.packets(lab, program, places.NEAR, count, places.DROPPED, "capture")["cpu"]
    return bare, (SILENT_SYNS * seen + (SILENT_PACKETS - SILENT_SYNS) * bare) / SILENT_PACKETS


def used_by_retransmissions(lab, prober):
    """The prober's CPU time, packets and time, while all checks are under way and none has ended."""
    time.sleep(1.6)
    before = cpu_seconds(prober), lab.packets_sent("prober"), time.monotonic()
    time.sleep(1.6)
    after = cpu_seconds(prober), lab.packets_sent("prober"), time.monotonic()
    return [new - old for new, old in zip(after, before)]


def all_silent(rounds):
    """100,000 unanswered probes in flight; the floor is the same packets and captures."""
    work = "100,000 silent probes in flight"
    count = 100000
    told = []
    for _ in range(rounds):
        with places.Lab() as lab:
            bare, seen = silent_packet_seconds(lab, count)
            with Daemons(lab) as daemons:
                load = daemons.ask(places.NEAR, count, count, DROPPED, wait=False)
                cpu, packets, seconds = used_by_retransmissions(lab, daemons.prober)
                output, most = watch(load, daemons.prober, resident_mb)
        one = json.loads(output) | {"resident": most}
        one |= {"us": cpu / packets * 1e6, "bare": bare * 1e6, "seen": seen * 1e6}
        one["beyond"] = (cpu - packets * seen) / seconds * 100
        told.append(one)
    wrong = sum(one["wrong"] for one in told)
    late = median(told, "max_ms") - SILENCE_MS
    us, least = median(told, "us"), median(told, "seen")
    return [
        Figure(work, "wrong verdicts", wrong, target="none", met=wrong == 0),
        Figure(work, "refused as busy, asked again", median(told, "busy")),
        Figure(work, "resident, MB", median(told, "resident"), target="40",
               met=median(told, "resident") <= 40),
        Figure(work, "CPU us a packet", us, ratio=least / us, floor=least, target="1.35 x floor",
               met=us <= 1.35 * least),
        Figure(work, "the same, packets not captured", us, ratio=median(told, "bare") / us,
               floor=median(told, "bare")),
        Figure(work, "% of a core beyond the floor", median(told, "beyond")),
        Figure(work, "latest verdict, ms late", late, target="50", met=late <= 50),
    ]  # fmt: skip


def many_pending(rounds):
    """As many pending HTTP checks as descriptors allow, up to 20,000."""
    work = "20,000 HTTP checks pending"
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = min(20000, limit - 200)
    told = []
    for _ in range(rounds):
        with places.Lab() as lab, Daemons(lab, frontend=True) as daemons:
            load = daemons.visit(places.FAR, count, 0, count, DROPPED, wait=False)
            output, most = watch(load, daemons.frontend, resident_mb)
            told.append(json.loads(output) | {"resident": most})
    wrong = sum(one["wrong"] + one["failed"] + one["bad_status"] for one in told)
    late = median(told, "max_ms") - SILENCE_MS
    return [
        Figure(work, "pending at once", median(told, "most_pending"), target=f"{count:,}",
               met=median(told, "most_pending") == count),
        Figure(work, "wrong or failed", wrong, target="none", met=wrong == 0),
        Figure(work, "frontend resident, MB", median(told, "resident"), target="120",
               met=median(told, "resident") <= 120),
        Figure(work, "latest answer, ms after 3.6 s", late, target="1000", met=late <= 1000),
    ]  # fmt: skip


def idle(rounds):
    """No requests at all."""
    seconds = 10
    with places.Lab() as lab, Daemons(lab, frontend=True) as daemons:
        time.sleep(2)

        def measure():
            both = {"prober": daemons.prober, "frontend": daemons.frontend}
            before = {name: wakeups(process) for name, process in both.items()}
            time.sleep(seconds)
            return {name: (wakeups(both[name]) - before[name]) / seconds for name in both}

        (told,) = rounds_of(rounds, measure)
    rates = {name: median(told, name) for name in ("prober", "frontend")}
    return [
        Figure("idle", f"wake-ups a second of the {name}", rate, target="1", met=rate <= 1.2)
        for name, rate in rates.items()
    ]


def growth(_):
    """How the cost of a check grows with checks under way, probes in flight, and clients."""
    figures = []

    def add(work, name, told, count):
        figures.append(Figure(work, f"{name}, CPU us a check", told["cpu"] / count * 1e6))

    with places.Lab() as lab:
        work = "growth: open ports, by checks under way"
        for window in (1, 16, 256, WINDOW, MANY):
            told = asked(lab, places.FAR, 20000 if window == 1 else MANY, window, OPEN)
            add(work, f"{window:,}", told, told["verdicts"])
            figures.append(Figure(work, f"{window:,}, median ms", told["p50_ms"]))
        work = "growth: silent ports, by probes in flight"
        for count in (1000, 10000, 100000):
            add(work, f"{count:,}", asked(lab, places.NEAR, count, count, DROPPED), count)
        work = "growth: open ports, by clients"
        for clients in (1, 2, 4):
            add(work, f"{clients}", asked_by_several(lab, clients), clients * (MANY // clients))
    return figures


def asked_by_several(lab, clients):
    """Divides the targets among several clients of one prober."""
    with Daemons(lab) as daemons:
        before = cpu_seconds(daemons.prober)
        share = MANY // clients
        loads = [
            daemons.ask(f"198.19.{i * share // 256}.0", share, WINDOW // clients, OPEN, wait=False)
            for i in range(clients)
        ]
        told = [json.loads(load.communicate()[0]) for load in loads]
        assert sum(one["wrong"] for one in told) == 0
        return {"cpu": cpu_seconds(daemons.prober) - before}


WORKS = {
    "one": one_check, "open": many_open, "mixed": many_mixed, "http": http_end_to_end,
    "silent": all_silent, "pending": many_pending, "idle": idle, "growth": growth,
    "inspections": inspections, "faults": faults,
}  # fmt: skip

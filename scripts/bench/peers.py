# SPDX-License-Identifier: BSD-2-Clause
"""Runs other programs on the same work: their rate, what they found, and their CPU time."""
import json
import pathlib
import re
import resource
import tempfile
import time

import lab as places


def timed(lab, *argv):
    """(output, seconds, CPU seconds) of a program in the prober's namespace."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    output = lab.run("prober", *argv)
    seconds = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return output, seconds, cpu


def ping_ms(lab, count=500):
    """Round-trip times, sorted."""
    output = lab.run("prober", "ping", "-n", "-c", count, "-i", "0.002", places.TARGET)
    return sorted(float(value) for value in re.findall(r"time=([0-9.]+) ms", output))


def zmap(lab, prefix, port):
    """From the first answer, a round trip behind the first SYN, until 99.9 % are here.  Not to the
    last: a SYN-ACK that its capture missed comes again a second later, when the target's
    retransmission timer says so, and would time that instead."""
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory, "answers.csv")
        _, _, cpu = timed(lab, "zmap", "-q", "-p", port, "-i", "wire", "-G", lab.router_mac,
                          "-S", places.PROBER, "-r", 0, "-c", 1, "-b", "/dev/null", "-O", "csv",
                          "-f", "saddr,timestamp-ts,timestamp-us", "-o", out, prefix)  # fmt: skip
        rows = [line.split(",") for line in out.read_text().splitlines()[1:]]
    first = {}  # hosts repeat an answer until they get a RST
    for address, second, micro in rows:
        first.setdefault(address, int(second) + int(micro) / 1e6)
    times = sorted(first.values())
    most = len(times) * 999 // 1000
    return {"found": len(first), "cpu": cpu, "rate": most / (times[most - 1] - times[0]),
            "last": times[-1] - times[0]}  # fmt: skip


def masscan(lab, prefix, port, rate=100000, tries=5):
    """Its answers have no precise times.  At higher rates it hangs; at this rate it sometimes does,
    too, and is then started again."""
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory, "answers")
        try:
            _, _, cpu = timed(lab, "timeout", 10, "masscan", prefix, f"-p{port}", "--rate", rate,
                              "--wait", 1, "--interface", "wire", "--source-ip", places.PROBER,
                              "--router-mac", lab.router_mac, "-oL", out)  # fmt: skip
        except RuntimeError:
            if tries == 1:
                raise
            return masscan(lab, prefix, port, rate, tries - 1)
        found = {line.split()[3] for line in out.read_text().splitlines() if "open" in line}
    return {"found": len(found), "cpu": cpu}


def nmap(lab, target, port):
    """Scans a network or one address; the time includes starting nmap."""
    output, seconds, cpu = timed(lab, "nmap", "-n", "-Pn", "-sS", "-p", port, "-oG", "-", target)
    return {"found": output.count("/open/"), "seconds": seconds, "cpu": cpu}


def wrk(lab, url, script, seconds=3):
    """Requests per second over 256 connections."""
    output = lab.run("prober", "wrk", "-t", 1, "-c", 256, "-d", seconds, "-s", script, url)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return {"rate": float(re.search(r"Requests/sec: +([0-9.]+)", output)[1]),
            "bad": int(bad[1]) if bad else 0}  # fmt: skip


def packets(lab, program, first, count, port, *kind):
    """What this many SYNs cost the simplest program (packets.c)."""
    told = json.loads(lab.run("prober", program, places.PROBER, first, count, port, *kind))
    assert told["refused"] == 0
    return {"rate": count / told["seconds"], "cpu": told["cpu_seconds"] / count}

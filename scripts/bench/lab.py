# SPDX-License-Identifier: BSD-2-Clause
"""Two namespaces without a way out: a prober's, and one that answers for many addresses.

Of every address, ports 80, 443 and 8080 accept, 82 drops, 83 rejects, any other is closed.
"""
import itertools
import json
import os
import subprocess
import sys
from contextlib import ExitStack

PROBER, TARGET = "198.18.0.1", "198.18.0.2"
PREFIXES = ("198.18.64.0/18", "198.18.128.0/17", "198.19.0.0/16")
NEAR, FAR = "198.18.64.0", "198.19.0.0"  # 114,688 addresses from the first on, 65,536 from the last
OPEN, MORE_OPEN, CLOSED, DROPPED = 80, (443, 8080), 81, 82
RULES = """
table inet bench {
  chain in {
    type filter hook input priority 0
    tcp dport 82 drop
    tcp dport 83 reject with tcp reset
  }
}
"""
LISTEN = """
import socket, sys, time
held = []
for port in map(int, sys.argv[1:]):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.listen(65535)
    held.append(sock)
print("ready", flush=True)
time.sleep(1e6)
"""
_numbers = itertools.count(1)


def run(*argv, text=None, timeout_s=60):
    """Runs a command and returns its output; its input is empty unless given."""
    done = subprocess.run(argv, input=text if text is not None else "", capture_output=True,
                          text=True, timeout=timeout_s, check=False)  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, argv))}: {done.stderr.strip()}")
    return done.stdout


def stop(process):
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Lab:
    def __enter__(self):
        self._stack = ExitStack()
        name = f"plbench-{os.getpid()}-{next(_numbers)}"
        self._names = {side: f"{name}-{side}" for side in ("prober", "target")}
        try:
            self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _build(self):
        for name in self._names.values():
            run("ip", "netns", "add", name)
            self._stack.callback(run, "ip", "netns", "del", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        prober, target = self._names["prober"], self._names["target"]
        run("ip", "-n", prober, "link", "add", "wire", "type", "veth", "peer", "name", "wire",
            "netns", target)  # fmt: skip
        for name, address in ((prober, PROBER), (target, TARGET)):
            run("ip", "-n", name, "address", "add", f"{address}/30", "dev", "wire")
            run("ip", "-n", name, "link", "set", "wire", "up")
        for prefix in PREFIXES:
            run("ip", "-n", prober, "route", "add", prefix, "via", TARGET)
            run("ip", "-n", target, "route", "add", "local", prefix, "dev", "lo")
        # a SYN queue for all connections; no limit on ICMP errors, which would distort the result;
        # a host some hops away, because a target that is its own first router gets more packets
        self.run("target", "sysctl", "-qw", "net.ipv4.tcp_max_syn_backlog=65536",
                 "net.ipv4.ip_default_ttl=60",
                 "net.core.somaxconn=65535", "net.ipv4.icmp_ratemask=0")  # fmt: skip
        self.run("target", "nft", "-f", "-", text=RULES)
        listener = self.popen("target", sys.executable, "-c", LISTEN, OPEN, *MORE_OPEN,
                              stdout=subprocess.PIPE)  # fmt: skip
        listener.stdout.readline()
        self.router_mac = run("ip", "-n", target, "-br", "link", "show", "wire").split()[2]

    def run(self, side, *argv, **options):
        return run("ip", "netns", "exec", self._names[side], *map(str, argv), **options)

    def packets_sent(self, side):
        told = self.run(side, "ip", "-j", "-s", "link", "show", "wire")
        return json.loads(told)[0]["stats64"]["tx"]["packets"]

    def popen(self, side, *argv, **options):
        """Starts a program that stops with the lab; the pid is the program's own."""
        process = subprocess.Popen(
            ("ip", "netns", "exec", self._names[side], *map(str, argv)),
            stdin=subprocess.DEVNULL, start_new_session=True, **options,
        )  # fmt: skip
        self._stack.callback(stop, process)
        return process

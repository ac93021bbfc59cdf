# SPDX-License-Identifier: BSD-2-Clause
"""A network of namespaces: prober - r1 - r2 - target, and no route out.

    with Network() as net:
        print(net.run("prober", "ip", "route", "get", net.address(4, "target")))

Names are unique to the instance, several labs may stand side by side.  Leaving
the context, by whatever way, ends the processes that were started through it
and removes the namespaces; nothing else on the machine is touched.
"""
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager

from scenarios import BENCHMARK, SCENARIOS

NODES = ("prober", "r1", "r2", "target")
LISTENER = pathlib.Path(__file__).with_name("listener.py")
HOOKS = {"prober": "output", "r1": "forward", "r2": "forward", "target": "input"}
COMMAND_TIMEOUT_S = 20
STOP_TIMEOUT_S = 5

# The kernel's limit of ICMP errors (six at once, then one a second) would turn
# a lab's seventh reject into silence; redirects would straighten the loop.
# Not icmp_ratelimit=0: every error would then empty the bucket that the errors
# of routes are paid from.
SYSCTLS = (
    "net.ipv4.icmp_ratemask=0",
    "net.ipv6.icmp.ratelimit=0",
    "net.ipv4.conf.all.send_redirects=0",
    "net.ipv4.conf.default.send_redirects=0",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.default.rp_filter=0",
)
ROUTER_SYSCTLS = ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

# Tries port 1 of a host until the host refuses it.
REACH = """
import socket, sys, time
while True:
    try:
        socket.create_connection((sys.argv[1], 1), timeout=0.2)
    except ConnectionRefusedError:
        break
    except OSError:
        time.sleep(0.05)
"""

_numbers = itertools.count(1)


class LabError(Exception):
    pass


def run(*argv, text=None):
    """Runs a command to its end and returns what it printed."""
    done = subprocess.run(
        argv, input=text, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False
    )
    if done.returncode != 0:
        raise LabError(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def stop(process):
    """Ends one of our children, gently first.  In no test may a sandbox kill its daemon."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.returncode == -signal.SIGSYS:
        raise LabError(f"{process.args} was killed by its sandbox")


def exit_on_signals():
    """Makes a terminating signal unwind the stack, so that contexts are left properly."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))


@contextmanager
def uninterrupted():
    """Signals that arrive during the cleanup are delivered afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Network:
    def __init__(self, addressing=BENCHMARK, scenarios=SCENARIOS):
        self.addressing = addressing
        self.scenarios = scenarios
        self._prefix = f"pl-{os.getpid()}-{next(_numbers)}"
        self._stack = ExitStack()

    def __enter__(self):
        try:
            for node in NODES:
                self._add_node(node)
            for family in (4, 6):
                self._add_addresses(family)
                self._add_routes(family)
            self._add_rules()
            self._add_listeners()
            self._wait()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with uninterrupted():
            self._stack.close()

    def namespace(self, node):
        return f"{self._prefix}-{node}"

    def address(self, family, place):
        return self.addressing.address(family, place)

    def run(self, node, *argv, text=None):
        """Runs a command in the node's namespace, returns what it printed."""
        return run("ip", "netns", "exec", self.namespace(node), *argv, text=text)

    def popen(self, node, *argv, **options):
        """Starts a program in the node's namespace; it ends with the network.
        The process is the program itself, without a shell or wrapper between."""
        argv = ("ip", "netns", "exec", self.namespace(node), *map(str, argv))
        process = subprocess.Popen(argv, start_new_session=True, **options)
        self._stack.callback(stop, process)
        return process

    def python(self, node, script, *arguments):
        """Starts one of our scripts and waits until it says that it is ready."""
        argv = (sys.executable, script, *arguments)
        process = self.popen(node, *argv, stdout=subprocess.PIPE, text=True)
        if process.stdout.readline().strip() != "ready":
            raise LabError(f"{script} did not start")
        return process

    def ip(self, node, family, command):
        run("ip", "-n", self.namespace(node), f"-{family}", *command.split())

    def _add_node(self, node):
        name = self.namespace(node)
        with uninterrupted():  # no namespace without its removal
            run("ip", "netns", "add", name)
            self._stack.callback(run, "ip", "netns", "del", name)
        sysctls = SYSCTLS + (ROUTER_SYSCTLS if node in ("r1", "r2") else ())
        self.run(node, "sysctl", "-qw", *sysctls)
        self.ip(node, 4, "link set lo up")
        if node != NODES[0]:
            neighbour = self.namespace(NODES[NODES.index(node) - 1])
            run(*f"ip link add left netns {name} type veth".split(),
                *f"peer name right netns {neighbour}".split())

    def _add_addresses(self, family):
        """Link n joins the n-th node's right side with the next one's left."""
        at = self.addressing.at
        ends = ((1, "prober", "right", 2), (1, "r1", "left", 1), (2, "r1", "right", 1),
                (2, "r2", "left", 2), (3, "r2", "right", 1), (3, "target", "left", 2))
        for link, node, device, host in ends:
            address = f"{at(4, link, host)}/24" if family == 4 else f"{at(6, link, host)}/64 nodad"
            self.ip(node, family, f"addr add {address} dev {device}")
            self.ip(node, family, f"link set {device} up")

    def _add_routes(self, family):
        at, place = self.addressing.at, self.addressing.address
        every = self.addressing.routed(family)
        r1, r2_left, r1_right, r2 = (at(family, *p) for p in ((1, 1), (2, 2), (2, 1), (3, 1)))
        self.ip("prober", family, f"route add {every} via {r1}")
        self.ip("r1", family, f"route add {every} via {r2_left}")
        self.ip("r2", family, f"route add {every} via {r1_right}")  # so what nobody has loops
        self.ip("target", family, f"route add {every} via {r2}")
        for node, kind in (("r1", "unreachable"), ("r1", "blackhole"), ("r2", "prohibit")):
            self.ip(node, family, f"route add {kind} {place(family, 'route-' + kind)}")

    def _add_rules(self):
        for node, hook in HOOKS.items():
            lines = []
            for row in self.scenarios:
                if row.filter != node:
                    continue
                families = row.families()
                only = f"meta nfproto ipv{families[0]} " if len(families) == 1 else ""
                lines += [only + line.format(port=row.port) for line in row.rules]
            head = f"type filter hook {hook} priority 0; policy accept;"
            chain = "\n".join([f"chain {hook} {{", head, *lines, "}"])
            self.run(node, "nft", "-f", "-", text=f"table inet lab {{\n{chain}\n}}\n")

    def _add_listeners(self):
        for node in NODES:
            ports = sorted({str(row.port) for row in self.scenarios if row.listener == node})
            if ports:
                self.python(node, LISTENER, *ports)

    def _wait(self):
        """Until packets come through, which takes a moment after the links are up."""
        for family in (4, 6):
            self.run("prober", sys.executable, "-c", REACH, self.address(family, "target"))

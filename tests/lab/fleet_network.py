# SPDX-License-Identifier: BSD-2-Clause
"""A fleet in five namespaces: hub (engine and router), target, and the places fra, iad and syd.

    with FleetNetwork() as fleet:
        fleet.service.check(fleet.target, 22, **{"from": "all"})

The target treats the places differently (RULES).  The frontend is out here, and reaches the places
by sockets only.  Leaving the context removes everything.
"""
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from fleet_members import ENGINE, FLEET, PLACES, Authority
from network import LISTENER, SYSCTLS, LabError, run, stop, uninterrupted
from service import BUILD, Service, config_text, missing_program, wait_until

NAMES = ("fra", "iad", "syd")
ENGINE_PORT = 4222
PREFIX = "198.18.0.0/15"
# what the target's own packet filter does to whom
RULES = """
table inet fleet {
  chain input {
    type filter hook input priority 0;
    tcp dport 22 ip saddr != 198.18.1.2 drop
    tcp dport 80 ip saddr 198.18.3.2 reject with icmp type admin-prohibited
  }
}
"""
WHAT = (
    (443, "a program listens", "open from all"),
    (22, "admits fra alone, drops the others", "open from fra; filtered from iad, syd: source-filter"),
    (80, "nothing listens; rejects syd", "closed from fra, iad; filtered from syd: source-filter"),
)

_numbers = itertools.count(1)


def missing():
    """What keeps a fleet from being built, in one line, or None."""
    if os.geteuid() != 0:
        return "needs root, to build network namespaces"
    for tool, package in (("ip", "iproute2"), ("nft", "nftables"), ("openssl", "openssl"),
                          (ENGINE, "nats-server")):  # fmt: skip
        if not shutil.which(tool):
            return f"needs {tool}: apt-get install {package}"
    return missing_program()


class FleetNetwork:
    target = "198.18.9.2"
    hub = "198.18.0.1"

    def __init__(self, listen):
        self.listen = listen
        self._prefix = f"pl-{os.getpid()}-fleet{next(_numbers)}"
        self._stack = ExitStack()
        self._commands = {}  # (node, program, configuration) of each daemon
        self.processes = {}

    def __enter__(self):
        try:
            with uninterrupted():
                self.directory = pathlib.Path(tempfile.mkdtemp(prefix="portlight-fleet-"))
                self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
            self.directory.chmod(0o755)
            self._build()
            self._enrol()
            self._start()
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

    def address(self, place):
        return f"198.18.{1 + NAMES.index(place)}.2"

    def run(self, node, *argv, text=None):
        return run("ip", "netns", "exec", self.namespace(node), *argv, text=text)

    def popen(self, node, *argv, **options):
        argv = ("ip", "netns", "exec", self.namespace(node), *map(str, argv))
        process = subprocess.Popen(argv, start_new_session=True, **options)
        self._stack.callback(stop, process)
        return process

    # --- the network ---

    def _build(self):
        for node in ("hub", "target", *NAMES):
            with uninterrupted():
                run("ip", "netns", "add", self.namespace(node))
                self._stack.callback(run, "ip", "netns", "del", self.namespace(node))
            self.run(node, "sysctl", "-qw", *SYSCTLS)
            run("ip", "-n", self.namespace(node), "link", "set", "lo", "up")
        self.run("hub", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        run("ip", "-n", self.namespace("hub"), "addr", "add", f"{self.hub}/32", "dev", "lo")
        for place in NAMES:
            self._join(place, 1 + NAMES.index(place))
        self._join("target", 9)
        self.run("target", "nft", "-f", "-", text=RULES)
        listener = self.popen("target", sys.executable, LISTENER, 443, 22, stdout=subprocess.PIPE)
        if listener.stdout.readline().strip() != b"ready":
            raise LabError("the target's listener did not start")

    def _join(self, node, number):
        hub, other = self.namespace("hub"), self.namespace(node)
        run("ip", "link", "add", node, "netns", hub, "type", "veth", "peer", "name", "hub",
            "netns", other)  # fmt: skip
        for namespace, device, host in ((hub, node, 1), (other, "hub", 2)):
            run("ip", "-n", namespace, "addr", "add", f"198.18.{number}.{host}/24", "dev", device)
            run("ip", "-n", namespace, "link", "set", device, "up")
        run("ip", "-n", other, "route", "add", PREFIX, "via", f"198.18.{number}.1")

    def cut(self, place, how="down"):
        """Takes the place's line away; "up" gives it back."""
        run("ip", "-n", self.namespace("hub"), "link", "set", place, how)

    # --- the fleet: "engine", "asker", and of each place "fra" and "fra-prober" ---

    def _enrol(self):
        self.authority = Authority(self.directory)
        self.authority.enrol("hub", "engine")
        self.authority.enrol("f1", "frontend")
        for place in NAMES:
            self.authority.enrol(place, "place")

    @property
    def section(self):
        return {
            # without positions: here all are nearer than light would allow
            "places": ["; ".join(PLACES[name].split("; ")[:4]) for name in NAMES],
            "directory": str(self.directory / "places"),
            "engines": [f"{self.hub}:{ENGINE_PORT}"],
            "name": "f1",
            **self.authority.files("f1", "frontend"),
        }

    def _start(self):
        network = self._hub_as_network()
        self.service = self._stack.enter_context(
            Service(network, listen=self.listen, fleet=self.section,
                    limits={"client-quota": 0, "target-quota": 0},
                    policy={"allow": [PREFIX]}))  # fmt: skip
        self._start_engine()
        for place in NAMES:
            self._start_place(place)
        self._daemon("asker", "hub", FLEET, self.service.config)
        for place in NAMES:
            self._wait("asker", f"place {place} is up")
        wait_until(self.all_up, "not all places are up")

    def _hub_as_network(self):
        """What Service wants of a network: where its prober is, and the addresses it may ask."""
        fleet = self

        class Hub:
            class addressing:
                special = False  # what may be asked stands in the sections

            def popen(self, _, *argv, **options):
                return fleet.popen("hub", *argv, **options)

        return Hub()

    def _start_engine(self):
        made = run(FLEET, "-c", self.service.config, "--engine-config")
        files = self.authority.files("hub", "engine")
        made = made.replace("/etc/portlight/engine.crt", files["certificate"])
        made = made.replace("/etc/portlight/engine.key", files["key"])
        path = self.directory / "engine.conf"
        path.write_text(made)
        self._daemon("engine", "hub", ENGINE, path)

    def _start_place(self, place):
        path = self.directory / f"{place}.conf"
        path.write_text(config_text({
            "policy": {"allow": [PREFIX]},
            "prober": {"socket": str(self.directory / place / "prober.sock")},
            "limits": {"target-quota": 0},
            "serve": {"place": place, "target-quota": 0, "frontend-quota": 0},
            "fleet": {"engines": [f"{self.hub}:{ENGINE_PORT}"],
                      **self.authority.files(place, "place")},
        }))  # fmt: skip
        self._daemon(f"{place}-prober", place, BUILD / "portlight-prober", path)
        self._daemon(place, place, FLEET, path)

    def _daemon(self, name, node, program, config):
        self._commands[name] = (node, program, "-c", config)
        self.start(name)

    def start(self, name):
        """A daemon that is not running; until it can serve, where it says so."""
        with open(self.directory / f"{name}.log", "wb") as log:
            self.processes[name] = self.popen(*self._commands[name], stdout=log, stderr=log)
        if name == "engine" or name.endswith("-prober"):
            self._wait(name, "ready")

    def log(self, name):
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def _wait(self, name, words):
        def said():
            if self.processes[name].poll() is not None:
                raise LabError(f"{name} ended: {self.log(name)}")
            return words in self.log(name)

        wait_until(said, f"{name} does not say {words!r}")

    def states(self):
        _, body = self.service.request("GET", "/api/v1/places")
        return {place["place"]: place["status"] for place in json.loads(body)["places"]}

    def all_up(self):
        return set(self.states().values()) == {"up"}

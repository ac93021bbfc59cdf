# SPDX-License-Identifier: BSD-2-Clause
"""What an inspection costs: CPU time of parent and child together, and a child's memory."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from daemons import BUILD
from figures import Figure

TESTS = pathlib.Path(__file__).resolve().parents[2] / "tests"
sys.path += [str(TESTS / "lab"), str(TESTS / "e2e")]

import inspect_wire  # noqa: E402
from service import config_text, wait_until  # noqa: E402
from tls_servers import Authority, Script, TlsServer  # noqa: E402

COUNT = 400
NAME = b"www.tls-lab.net"


def cpu_seconds(pid):
    """CPU time of the process and its reaped children."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def silent(_, connection):
    while connection.recv(4096):
        pass


def memory_kb(pid, path, port):
    """Private memory of a child that waits for its target."""
    with inspect_wire.Client(path) as client:
        client.socket.send(inspect_wire.ask(1, "127.0.0.1", port, NAME))
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
        wait_until(lambda: children.read_text().strip(), "a worker")
        child = pathlib.Path("/proc") / children.read_text().split()[0]
        wait_until(lambda: "Seccomp_filters:\t2" in (child / "status").read_text(), "its filter")
        told = int(re.search(r"(?m)^Private_Dirty: +(\d+) kB$", (child / "smaps_rollup").read_text())[1])
        client.receive()
    return told


def measure(authority, directory):
    path, config = directory / "i" / "inspector.sock", directory / "portlight.conf"
    config.write_text(config_text({
        "policy": {"any-port": True, "allow": ["127.0.0.0/8"]},
        "inspector": {"socket": str(path), "roots": str(authority.directory / "root.pem"), "target-quota": 0}}))  # fmt: skip
    with open(directory / "log", "wb") as log:
        process = subprocess.Popen([BUILD / "portlight-inspector", "-c", config], stderr=log)
    try:
        wait_until(lambda: "ready on" in (directory / "log").read_text(), "the inspector")
        with TlsServer(authority, "good") as server, Script(silent) as mute:
            before = cpu_seconds(process.pid)
            with inspect_wire.Client(path) as client:
                for job in range(COUNT):
                    client.socket.send(inspect_wire.ask(job, "127.0.0.1", server.port, NAME))
                    assert client.receive()[0] == inspect_wire.ANSWER
            spent = (cpu_seconds(process.pid) - before) / COUNT * 1000
            return spent, memory_kb(process.pid, path, mute.port)
    finally:
        process.terminate()
        process.wait(30)


def inspections(rounds):
    """400 inspections of a TLS server on loopback, one after another."""
    told = []
    with tempfile.TemporaryDirectory(prefix="portlight-bench-") as name:
        pathlib.Path(name).chmod(0o755)
        authority = Authority(pathlib.Path(name))
        authority.issue("good")
        for round_ in range(rounds):
            directory = pathlib.Path(name) / str(round_)
            directory.mkdir(mode=0o755)
            told.append(measure(authority, directory))
    cpu, memory = (sorted(values)[len(values) // 2] for values in zip(*told))
    return [
        Figure("inspections", "CPU ms each, with its process", cpu, target="5", met=cpu < 5),
        Figure("inspections", "private kB of a child that waits", memory, target="1024", met=memory < 1024),
    ]

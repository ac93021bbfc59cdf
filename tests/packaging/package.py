# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the package know of it, and what they ask of an installed one."""
import contextlib
import json
import re
import shutil
import subprocess
import sys

from conftest import field, run

CONFIGURATION = "/etc/portlight/portlight.conf"
ADMINS = 'policy { allow = {"127.0.0.0/8"} }  # by the admin\n'
PROGRAMS = ["/usr/bin/portlight", "/usr/sbin/portlightd", "/usr/sbin/portlight-prober",
            "/usr/sbin/portlight-inspector",
            "/usr/sbin/portlight-fleet"]
PLUGIN = "/usr/lib/nagios/plugins/check_portlight"
UNITS = ["portlight-prober.service", "portlight-prober.socket", "portlightd.service"]
# in the namespace, on the machine's own Python: the root has none
ASK = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())"  # fmt: skip
LISTEN = "import socket, sys\ns = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n" \
    "print('ready', flush=True)\nsys.stdin.read()"  # fmt: skip


def fetch(root, path):
    """What the frontend in the namespace answers, read as JSON."""
    url = f"http://127.0.0.1:8080{path}"
    return json.loads(run("ip", "netns", "exec", root.namespace, sys.executable, "-c", ASK, url))


def is_it_there(root, ports):
    """[(port, state, reason, actor)] that HTTP answers about the namespace's loopback."""
    answer = fetch(root, f"/api/v1/check?host=127.0.0.1&ports={ports}")
    [address] = answer["addresses"]
    return [(port["port"], port["state"], port["reason"], port["actor"])
            for port in address["ports"]]  # fmt: skip


@contextlib.contextmanager
def web_server(root, port=80):
    """Somebody listens on a port of the namespace's loopback."""
    command = ("ip", "netns", "exec", root.namespace, sys.executable, "-c", LISTEN, str(port))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout.readline() == "ready\n"
            yield
        finally:
            server.stdin.close()


def state_of(root):
    """["ii", VERSION] of an installed package; None of one that dpkg knows nothing of."""
    done = root.status("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}", "portlight")
    return done[1].split() if done[0] == 0 else None


def later(deb, tmp_path, more, configuration=None):
    """The same package with a higher version, and perhaps other defaults."""
    tree = tmp_path / "tree"
    run("dpkg-deb", "-R", str(deb), str(tree))
    control = tree / "DEBIAN/control"
    version = field(deb, "Version") + more
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text()))
    if configuration is not None:
        (tree / CONFIGURATION[1:]).write_text(configuration)
    built = tmp_path / "later.deb"
    run("dpkg-deb", "--root-owner-group", "-b", str(tree), str(built))
    shutil.rmtree(tree)
    return built, version

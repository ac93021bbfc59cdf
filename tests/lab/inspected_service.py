# SPDX-License-Identifier: BSD-2-Clause
"""All three daemons, and a TLS server for them to look at: prober and inspector inside the
network, the frontend out here."""
import pathlib
import sys

from network import stop
from service import BUILD, Service, wait_until

# the certificates of the end-to-end tests serve here, too
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from tls_servers import Authority  # noqa: E402

TLS_PORT, SLOW_PORT = 443, 8443  # of the allowlist; SLOW_PORT accepts and says nothing
SERVER = """
import socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
def serve(connection):
    try:
        with context.wrap_socket(connection, server_side=True) as tls:
            tls.recv(1)
    except OSError:
        pass
def listen(port, act):
    server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=512)
    def run():
        while True:
            threading.Thread(target=act, args=(server.accept()[0],), daemon=True).start()
    threading.Thread(target=run, daemon=True).start()
def mute(connection):
    try:
        while connection.recv(4096):
            pass
    except OSError:
        pass
listen(int(sys.argv[3]), serve)
listen(int(sys.argv[4]), mute)
print("ready", flush=True)
threading.Event().wait()
"""


class InspectedService(Service):
    """A context like Service, with an inspector and a TLS server at the target's TLS_PORT.
    `addresses` are the target's, of IPv4: its certificate is right for each, since the inspector
    looks at one address and port once at a time."""

    def __init__(self, network, addresses=1, **sections):
        super().__init__(network, **sections)
        self.inspector = None
        first = network.address(4, "target")
        more = [f"{first.rpartition('.')[0]}.{100 + i}" for i in range(addresses - 1)]
        for address in more:
            network.ip("target", 4, f"addr replace {address}/24 dev wire")
        self.addresses = [first, *more]

    def start(self):
        self._make_certificate()
        self.start_inspector()
        super().start()
        wait_until(lambda: "\nportlight_inspector_up 1\n" in self.request("GET", "/metrics")[1],
                   "frontend does not find the inspector")  # fmt: skip

    def start_inspector(self, *wrapper):
        program = (*wrapper, BUILD / "portlight-inspector", "-c", self.config)
        self.inspector = self.network.popen("prober", *program, stderr=self._log("inspector"))
        self._stack.callback(stop, self.inspector)
        self._wait(self.inspector, lambda: "ready" in self.log("inspector"), "inspector")

    def inspect(self, host, port):
        """Status and answer of /api/v1/tls."""
        import json

        status, body = self.request("GET", f"/api/v1/tls?host={host}&port={port}&family=ipv4")
        return status, json.loads(body)

    def _make_certificate(self):
        folder = self.directory / "tls"
        if not folder.exists():
            folder.mkdir()
            authority = Authority(folder)
            authority.issue("leaf", names=",".join(f"IP:{address}" for address in self.addresses))
            chain = folder / "whole.pem"
            chain.write_text((folder / "leaf.pem").read_text() + (folder / "middle.pem").read_text())
            script = folder / "server.py"
            script.write_text(SERVER)
            self.network.python("target", script, str(chain), str(folder / "leaf.key"),
                                str(TLS_PORT), str(SLOW_PORT))  # fmt: skip

    def _settings(self):
        settings = super()._settings()
        settings["inspector"] = {
            "enabled": True, "socket": str(self.directory / "i" / "inspector.sock"),
            "roots": str(self.directory / "tls" / "root.pem"), "target-quota": 0, "keep-s": 0,
        }  # fmt: skip
        return settings

# SPDX-License-Identifier: BSD-2-Clause
"""The checker with its inspector, which stands beside the prober inside the network."""
import json
import urllib.parse

from network import stop
from service import BUILD, Service, wait_until


class InspectedService(Service):
    """As Service; `roots` are what the inspector trusts."""

    def __init__(self, network, roots, inspector=(), **options):
        super().__init__(network, inspector={"enabled": True, "roots": str(roots), **dict(inspector)}, **options)
        self.inspector = self.inspector_socket = None

    def _settings(self):
        settings = super()._settings()
        self.inspector_socket = self.directory / "run-inspector" / "inspector.sock"
        settings["inspector"]["socket"] = str(self.inspector_socket)
        return settings

    def start(self):
        self.start_prober()
        self.start_inspector()
        if self.listen:
            self.start_frontend()
            wait_until(self.is_ready, "frontend does not find the prober")
            wait_until(lambda: "\nportlight_inspector_up 1\n" in self.request("GET", "/metrics")[1], "inspector")

    def start_inspector(self):
        program = (BUILD / "portlight-inspector", "-c", self.config)
        self.inspector = self.network.popen("prober", *program, stderr=self._log("inspector"))
        self._stack.callback(stop, self.inspector)
        self._wait(self.inspector, lambda: "ready" in self.log("inspector"), "inspector")

    def look(self, host, port, **parameters):
        """What /api/v1/tls says of one address: `tls`, or `service`."""
        query = urllib.parse.urlencode({"host": host, "port": port, **parameters}, safe=":")
        status, body = self.request("GET", f"/api/v1/tls?{query}")
        assert status == 200, body
        [address] = json.loads(body)["addresses"]
        assert address["port_state"] == "open", address
        return address.get("tls") or address["service"]

# SPDX-License-Identifier: BSD-2-Clause
"""All three daemons, before servers of the test's own."""
import json
import urllib.parse

from inspected_service import InspectedService


class InspectingService(InspectedService):
    """As InspectedService, without its server; `roots` are what the inspector trusts."""

    def __init__(self, network, roots, inspector=(), **options):
        super().__init__(network, **options)
        self._inspector_settings = {"roots": str(roots), **dict(inspector)}

    @property
    def inspector_socket(self):
        return self.directory / "i" / "inspector.sock"

    def _make_certificate(self):
        pass

    def _settings(self):
        settings = super()._settings()
        settings["inspector"].update(self._inspector_settings)
        return settings

    def look(self, host, port, **parameters):
        """What /api/v1/tls says of one address: `tls`, or `service`."""
        query = urllib.parse.urlencode({"host": host, "port": port, **parameters}, safe=":")
        status, body = self.request("GET", f"/api/v1/tls?{query}")
        assert status == 200, body
        [address] = json.loads(body)["addresses"]
        assert address["port_state"] == "open", address
        return address.get("tls") or address["service"]

# SPDX-License-Identifier: BSD-2-Clause
"""Everything inside the network, for programs that run beside portlightd and ask it."""
import json

from inspected_service import InspectedService
from service import BUILD

LISTEN = "127.0.0.1:8080"


class Inside(InspectedService):
    """A context like InspectedService whose frontend runs in the prober's namespace, too."""

    def __init__(self, network, addresses=1, **sections):
        super().__init__(network, addresses, listen=LISTEN, **sections)

    def start_frontend(self):
        self.frontend = self.network.popen(
            "prober", BUILD / "portlightd", "-c", self.config, stderr=self._log("frontend"))  # fmt: skip
        self._wait(self.frontend, self.is_alive, "frontend")

    def request(self, method, path, body=None, **headers):
        said = self.curl(f"http://{self.listen}{path}", "-X", method, "-w", "\n%{http_code}")
        text, _, status = said.rpartition("\n")
        return int(status or 0), text

    def curl(self, url, *options):
        """What the program prints; "" if nobody answers."""
        return self.network.run("prober", "sh", "-c", 'curl -sg -m 20 "$@" || true', "sh", *options, url)

    def fetch(self, url, **query):
        """The JSON at this URL."""
        options = [part for key, value in query.items() for part in ("--data-urlencode", f"{key}={value}")]
        return json.loads(self.curl(url, "-G", *options))

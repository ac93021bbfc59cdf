# SPDX-License-Identifier: BSD-2-Clause
"""The page below a path of a proxy: everything is found, and answers come live."""
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import CLOSED, OPEN
from selenium.webdriver.common.by import By
from test_live import ask, wait_done, words

PREFIX = "/some/where"


@pytest.fixture
def prefixed(checker):
    """The root's URL below PREFIX; requests outside of it are recorded as strayed."""
    strayed = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            if not self.path.startswith(PREFIX + "/"):
                strayed.append(self.path)
                self.send_error(404)
                return
            there = http.client.HTTPConnection(checker.listen)
            there.request("GET", self.path[len(PREFIX):], headers={"Accept": self.headers["Accept"]})
            answer = there.getresponse()
            self.send_response(answer.status)
            for name in ("Content-Type", "Location", "Content-Security-Policy"):
                if answer.getheader(name):
                    self.send_header(name, answer.getheader(name))
            self.end_headers()
            while part := answer.read1(65536):
                self.wfile.write(part)
                self.wfile.flush()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    server.shutdown()
    server.server_close()
    assert strayed == []


@pytest.mark.parametrize("path", ["/", "/de", "/en"])
def test_below_a_prefix(chromium, network, prefixed, path):
    chromium.get(prefixed + path)
    ask(chromium, network.address(4, "target"), OPEN, CLOSED)
    if path != "/de":
        wait_done(chromium)
        assert words(chromium) == {OPEN: "open", CLOSED: "closed"}
    assert chromium.current_url.startswith(prefixed + path)
    for link in ("docs/states", "docs/de/about"):
        chromium.get(f"{prefixed}/{link}")
        chromium.find_element(By.CSS_SELECTOR, ".brand").click()
        assert chromium.find_element(By.ID, "ask")
    chromium.get(prefixed + "/no/such/page/")
    assert chromium.find_element(By.CSS_SELECTOR, ".problem")
    ask(chromium, network.address(4, "target"), OPEN)
    chromium.get_log("browser")


def test_the_commands_name_the_prefix(chromium, network, prefixed):
    chromium.get(f"{prefixed}/?host={network.address(4, 'target')}&ports={OPEN}")
    take = chromium.find_element(By.CSS_SELECTOR, "#take").get_attribute("textContent")
    assert f"curl '{prefixed}/api/v1/check?" in take

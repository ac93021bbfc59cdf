# SPDX-License-Identifier: BSD-2-Clause
"""A page of another host, over plain HTTP, can't make its readers' browsers probe anybody.

Names that are not localhost: to them browsers send no Fetch Metadata without TLS.
"""
import http.server
import threading

import pytest
from conftest import open_browser
from frontend import TARGET, Frontend
from selenium.webdriver.common.by import By
from service import wait_until

OURS, THEIRS = "portlight.test", "evil.test"
QUERY = f"host={TARGET}&ports=443"
HEAD = "<!doctype html><meta name=referrer content=no-referrer><title>evil</title>"
ATTACKS = {
    "img": "<img src='{url}' referrerpolicy=no-referrer>",
    "script": "<script src='{url}' referrerpolicy=no-referrer></script>",
    "style": "<link rel=stylesheet href='{url}' referrerpolicy=no-referrer>",
    "iframe": "<iframe src='{url}' referrerpolicy=no-referrer></iframe>",
    "object": "<object data='{url}'></object>",
    "video": "<video src='{url}'></video>",
    "fetch": "<script>fetch('{url}', {{mode: 'no-cors', referrerPolicy: 'no-referrer'}})</script>",
    "fetch without a language": "<script>fetch('{url}', {{mode: 'no-cors', "
    "referrerPolicy: 'no-referrer', headers: {{'Accept-Language': ''}}}})</script>",
    "beacon": "<script>navigator.sendBeacon('{url}')</script>",
    "navigation": "<script>location = '{url}'</script>",
    "form": "<form action='{url}' rel=noreferrer></form>"
    "<script>document.forms[0].submit()</script>",
}


class Evil(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def evil():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    browser = open_browser(f"--host-resolver-rules=MAP {OURS} 127.0.0.1, MAP {THEIRS} 127.0.0.1")
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def frontend():
    with Frontend() as frontend:
        yield frontend


def url_of(frontend, path):
    return f"http://{OURS}:{frontend.listen.split(':')[1]}{path}"


def requests(frontend):
    [value] = [line.split()[1] for line in frontend.get("/metrics").text.splitlines()
               if line.startswith("portlight_requests_total ")]  # fmt: skip
    return int(float(value))


@pytest.mark.parametrize("path", ["/", "/live", "/api/v1/check"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_is_probed(browser, frontend, evil, attack, path):
    frontend.prober.forget()
    evil.page = HEAD + ATTACKS[attack].format(url=url_of(frontend, f"{path}?{QUERY}"))
    before = requests(frontend)
    browser.get(f"http://{THEIRS}:{evil.server_port}/")
    # each look is a request itself
    looks = iter(range(1, 1000))
    wait_until(lambda: requests(frontend) > before + next(looks), "the browser asked nothing")
    frontend.get("/readyz")
    assert frontend.prober.asked == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_at_our_page_is_served(frontend, scripts):
    """Also for a question in a link: the form is filled in, and one click away."""
    settings = {} if scripts else {"profile.managed_default_content_settings.javascript": 2}
    browser = open_browser(f"--host-resolver-rules=MAP {OURS} 127.0.0.1", **settings)
    try:
        frontend.prober.forget()
        browser.get(url_of(frontend, f"/?{QUERY}"))
        assert frontend.prober.asked == []
        field = browser.find_element(By.ID, "host")
        assert field.get_attribute("value") == TARGET
        field.submit()
        wait_until(lambda: frontend.prober.addresses == [TARGET], "nobody was asked")
        wait_until(lambda: browser.find_elements(By.CSS_SELECTOR, "article.port"), "no answer")
    finally:
        browser.quit()
